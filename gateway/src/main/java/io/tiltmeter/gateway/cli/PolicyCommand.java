package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.policyfile.PolicyDigest;
import io.tiltmeter.gateway.policyfile.PolicyResult;
import io.tiltmeter.gateway.sourcefile.Issue;
import io.tiltmeter.policy.gate.Policy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tiltmeter policy}: what can be asked of a policy. */
@Command(
    name = "policy",
    description = "Work with policies.",
    subcommands = {
      PolicyCommand.CheckCommand.class,
      PolicyDiffCommand.class,
      PolicyReplayCommand.class,
      PolicyCommand.SchemaCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  tiltmeter policy check my-policy.yaml",
      "  tiltmeter policy diff fixtures/policies/default.yaml my-policy.yaml"
    })
final class PolicyCommand extends GroupCommand {

  /** {@code tiltmeter policy check}. */
  @Command(
      name = "check",
      description = "Report every problem of a policy, with line and column.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter policy check fixtures/policies/default.yaml",
        "  tiltmeter policy check my-policy.yaml --json"
      })
  static final class CheckCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common;
    @Mixin private PackCategories categories;

    @Parameters(paramLabel = "POLICY", description = "The policy file.")
    private Path policy;

    @Override
    public Integer call() {
      Problems problems = new Problems(spec.commandLine().getOut(), common.json());
      return switch (Inputs.readPolicy(policy, categories.names())) {
        case PolicyResult.Read(Policy read) ->
            problems.none("%s: no problem, %s".formatted(policy, PolicyDigest.of(read)));
        case PolicyResult.Invalid(List<Issue> issues) -> problems.list(issues);
      };
    }
  }

  /** {@code tiltmeter policy schema}. */
  @Command(
      name = "schema",
      description = "Print the JSON Schema of policies, for editors and checks elsewhere.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter policy schema > policy.schema.json",
        "  tiltmeter policy schema --json"
      })
  static final class SchemaCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common;

    @Override
    public Integer call() {
      return ShippedSchema.POLICY.print(spec.commandLine().getOut(), common.json());
    }
  }
}
