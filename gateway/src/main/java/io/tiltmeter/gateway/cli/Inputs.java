package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.run.SystemPrompt;
import io.tiltmeter.gateway.packfile.PackReader;
import io.tiltmeter.gateway.packfile.PackResult;
import io.tiltmeter.gateway.packfile.PackSummary;
import io.tiltmeter.gateway.packfile.SystemPromptsReader;
import io.tiltmeter.gateway.packfile.SystemPromptsResult;
import io.tiltmeter.gateway.policyfile.PolicyDigest;
import io.tiltmeter.gateway.policyfile.PolicyReader;
import io.tiltmeter.gateway.policyfile.PolicyResult;
import io.tiltmeter.gateway.sourcefile.Issue;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.probe.ProbePack;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Files that commands need whole and right: every problem in them is said at once. */
final class Inputs {
  private Inputs() {}

  /** A policy with every default filled in, and what it is known by. */
  record EffectivePolicy(Policy policy, Digest digest) {
    static EffectivePolicy of(Policy policy) {
      return new EffectivePolicy(policy, PolicyDigest.of(policy));
    }
  }

  /**
   * Reads a probe pack.
   *
   * @throws CommandException with a line for each problem
   */
  static ProbePack pack(Path path) {
    return switch (readPack(path)) {
      case PackResult.Read(ProbePack pack) -> pack;
      case PackResult.Invalid(List<Issue> issues) -> throw problems("pack", path, issues);
    };
  }

  /**
   * Reads a probe pack that may have problems.
   *
   * @throws CommandException if it cannot be read at all
   */
  static PackResult readPack(Path path) {
    try {
      return PackReader.read(path);
    } catch (IOException e) {
      throw unreadable("probe pack", path, e);
    }
  }

  /**
   * Reads a policy for use with this pack: what it says without its profiles, which are for jobs.
   *
   * @throws CommandException with a line for each problem
   */
  static EffectivePolicy policy(Path path, ProbePack pack) {
    return EffectivePolicy.of(policy(path, PackSummary.names(pack)).policy().withoutProfiles());
  }

  /**
   * Reads a policy that may name these categories beside the standard ones.
   *
   * @throws CommandException with a line for each problem
   */
  static EffectivePolicy policy(Path path, Set<String> categories) {
    return switch (readPolicy(path, categories)) {
      case PolicyResult.Read(Policy policy) -> EffectivePolicy.of(policy);
      case PolicyResult.Invalid(List<Issue> issues) -> throw problems("policy", path, issues);
    };
  }

  /**
   * Reads a policy that may have problems.
   *
   * @throws CommandException if it cannot be read at all
   */
  static PolicyResult readPolicy(Path path, Set<String> categories) {
    try {
      return PolicyReader.read(path, categories);
    } catch (IOException e) {
      throw unreadable("policy", path, e);
    }
  }

  /**
   * Reads system prompts to replay.
   *
   * @throws CommandException with a line for each problem
   */
  static List<SystemPrompt> systemPrompts(Path path) {
    try {
      return switch (SystemPromptsReader.read(path)) {
        case SystemPromptsResult.Read(List<SystemPrompt> prompts) -> prompts;
        case SystemPromptsResult.Invalid(List<Issue> issues) ->
            throw problems("system prompts", path, issues);
      };
    } catch (IOException e) {
      throw unreadable("file of system prompts", path, e);
    }
  }

  private static CommandException problems(String what, Path path, List<Issue> issues) {
    return new CommandException(
        issues.stream()
            .map(Issue::toString)
            .collect(
                Collectors.joining("\n", "%s %s cannot be used:\n".formatted(what, path), "")));
  }

  private static CommandException unreadable(String what, Path path, IOException e) {
    String found = e instanceof NoSuchFileException ? "nothing" : e.getClass().getSimpleName();
    return new CommandException("expected a %s at %s, found %s".formatted(what, path, found), e);
  }
}
