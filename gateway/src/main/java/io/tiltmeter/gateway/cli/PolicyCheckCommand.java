package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.policyfile.PolicyDigest;
import io.tiltmeter.gateway.policyfile.PolicyResult;
import io.tiltmeter.gateway.policyfile.PolicyTree;
import io.tiltmeter.gateway.sourcefile.Issue;
import io.tiltmeter.policy.gate.JobTraits;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Profile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tiltmeter policy check}. */
@Command(
    name = "check",
    description = {
      "Report every problem of a policy, with line and column.",
      "With a profile or a job's traits, show the policy that holds for such jobs."
    },
    footer = {
      "",
      "Examples:",
      "  tiltmeter policy check my-policy.yaml --json",
      "  tiltmeter policy check my-policy.yaml --tier gold --base-model llama-3.2-1b"
    })
final class PolicyCheckCommand implements Callable<Integer> {
  private static final String USUAL_TIER = "standard";

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private PackCategories categories;

  @Parameters(paramLabel = "POLICY", description = "The policy file.")
  private Path policy;

  @ArgGroup private @Nullable Shown shown;

  /** Whose policy is shown. */
  static final class Shown {
    @Option(
        names = "--profile",
        paramLabel = "NAME",
        description = "Show the policy of this profile.")
    private @Nullable String profile;

    @ArgGroup(exclusive = false)
    private @Nullable Traits traits;
  }

  /** What profiles go by. */
  static final class Traits {
    @Option(
        names = "--tenant",
        paramLabel = "NAME",
        description = "Show the policy of this tenant's jobs.")
    private @Nullable String tenant;

    @Option(
        names = "--tier",
        paramLabel = "NAME",
        description = "Show the policy of jobs of tenants in this tier (default: standard).")
    private @Nullable String tier;

    @Option(
        names = "--base-model",
        paramLabel = "NAME",
        description = "Show the policy of jobs on this base.")
    private @Nullable String baseModel;

    JobTraits job() {
      return new JobTraits(
          Objects.requireNonNullElse(tenant, ""),
          Objects.requireNonNullElse(tier, USUAL_TIER),
          Objects.requireNonNullElse(baseModel, ""));
    }
  }

  /** What {@code policy check --json} prints where a policy is shown. */
  record EffectiveView(List<Issue> problems, String policyDigest, Map<String, Object> policy) {}

  @Override
  public Integer call() {
    Problems problems = new Problems(spec.commandLine().getOut(), common.json());
    return switch (Inputs.readPolicy(policy, categories.names())) {
      case PolicyResult.Read(Policy read) when shown != null -> show(chosen(read, shown));
      case PolicyResult.Read(Policy read) ->
          problems.none("%s: no problem, %s".formatted(policy, PolicyDigest.of(read)));
      case PolicyResult.Invalid(List<Issue> issues) -> problems.list(issues);
    };
  }

  private Policy chosen(Policy file, Shown wanted) {
    Traits traits = wanted.traits;
    return traits == null
        ? ofProfile(file, String.valueOf(wanted.profile))
        : file.effectiveFor(traits.job());
  }

  private Policy ofProfile(Policy file, String name) {
    return file.profiles().stream()
        .filter(profile -> profile.name().equals(name))
        .findFirst()
        .map(Profile::policy)
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "expected a profile of %s (%s) as --profile, found \"%s\""
                        .formatted(policy, names(file), name)));
  }

  private static String names(Policy file) {
    List<String> names = file.profiles().stream().map(Profile::name).toList();
    return names.isEmpty() ? "it has none" : String.join(", ", names);
  }

  private Integer show(Policy effective) {
    PrintWriter out = spec.commandLine().getOut();
    String digest = PolicyDigest.of(effective).toString();
    if (common.json()) {
      out.println(Json.line(new EffectiveView(List.of(), digest, PolicyTree.whole(effective))));
    } else {
      out.print(PolicyTree.wholeYaml(effective));
      out.println("# " + digest);
    }
    out.flush();
    return ExitCode.OK;
  }
}
