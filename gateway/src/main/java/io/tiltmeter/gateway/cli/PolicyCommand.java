package io.tiltmeter.gateway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tiltmeter policy}: what can be asked of a policy, and how it changes. */
@Command(
    name = "policy",
    description = "Work with policies.",
    subcommands = {
      PolicyCheckCommand.class,
      PolicyDiffCommand.class,
      PolicyReplayCommand.class,
      PolicyProposalCommands.ProposeCommand.class,
      PolicyProposalCommands.ListCommand.class,
      PolicyProposalCommands.ActivateCommand.class,
      PolicyProposalCommands.WithdrawCommand.class,
      PolicyCommand.SchemaCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  tiltmeter policy check my-policy.yaml",
      "  tiltmeter policy diff fixtures/policies/default.yaml my-policy.yaml"
    })
final class PolicyCommand extends GroupCommand {

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
