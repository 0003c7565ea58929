package io.tiltmeter.gateway.cli;

import io.tiltmeter.dashboards.verdict.TextTable;
import io.tiltmeter.gateway.cli.Inputs.EffectivePolicy;
import io.tiltmeter.gateway.policyfile.PolicyChange;
import io.tiltmeter.gateway.policyfile.PolicyChange.Effect;
import io.tiltmeter.gateway.policyfile.PolicyDiff;
import io.tiltmeter.gateway.sourcefile.WireName;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tiltmeter policy diff}. */
@Command(
    name = "diff",
    description =
        "Show what differs between two policies in what they mean, defaults filled in; what makes"
            + " the second one laxer comes first.",
    footer = {
      "",
      "Examples:",
      "  tiltmeter policy diff fixtures/policies/default.yaml my-policy.yaml",
      "  tiltmeter policy diff old.yaml new.yaml --json"
    })
final class PolicyDiffCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private PackCategories categories;

  @Parameters(index = "0", paramLabel = "FROM", description = "The policy as it is.")
  private Path from;

  @Parameters(index = "1", paramLabel = "TO", description = "The policy as it would be.")
  private Path to;

  /** What {@code policy diff --json} prints. */
  record DiffView(String from, String to, List<ChangeView> changes) {}

  /** One value that differs. */
  record ChangeView(String path, @Nullable Object from, @Nullable Object to, String effect) {
    static ChangeView of(PolicyChange change) {
      return new ChangeView(
          change.path(), change.from(), change.to(), WireName.of(change.effect()));
    }
  }

  @Override
  public Integer call() {
    EffectivePolicy before = Inputs.policy(from, categories.names());
    EffectivePolicy after = Inputs.policy(to, categories.names());
    List<PolicyChange> changes = PolicyDiff.between(before.policy(), after.policy());
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      out.println(
          Json.line(
              new DiffView(
                  before.digest().toString(),
                  after.digest().toString(),
                  changes.stream().map(ChangeView::of).toList())));
    } else {
      print(before, after, changes, out);
    }
    out.flush();
    return ExitCode.OK;
  }

  private static void print(
      EffectivePolicy before, EffectivePolicy after, List<PolicyChange> changes, PrintWriter out) {
    out.println("from %s".formatted(title(before)));
    out.println("to   %s".formatted(title(after)));
    if (changes.isEmpty()) {
      out.println(
          before.digest().equals(after.digest())
              ? "They mean the same."
              : "They mean the same; only the order of what they list differs.");
      return;
    }
    out.println(counts(changes));
    TextTable table = new TextTable("value", "from", "to", "effect");
    changes.forEach(
        change ->
            table.row(
                change.path(),
                PolicyChange.text(change.from()),
                PolicyChange.text(change.to()),
                change.effect() == Effect.NEITHER ? "" : WireName.of(change.effect())));
    table.lines().forEach(out::println);
  }

  private static String title(EffectivePolicy policy) {
    return "%s, version %d, %s"
        .formatted(policy.policy().name(), policy.policy().version(), policy.digest());
  }

  private static String counts(List<PolicyChange> changes) {
    return "%d changes: %d laxer, %d stricter, %d neither"
        .formatted(
            changes.size(),
            count(changes, Effect.LAXER),
            count(changes, Effect.STRICTER),
            count(changes, Effect.NEITHER));
  }

  private static long count(List<PolicyChange> changes, Effect effect) {
    return changes.stream().filter(change -> change.effect() == effect).count();
  }
}
