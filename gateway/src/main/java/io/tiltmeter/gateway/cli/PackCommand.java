package io.tiltmeter.gateway.cli;

import io.tiltmeter.dashboards.verdict.TextTable;
import io.tiltmeter.gateway.packfile.PackResult;
import io.tiltmeter.gateway.packfile.PackSummary;
import io.tiltmeter.gateway.sourcefile.Issue;
import io.tiltmeter.policy.probe.ProbePack;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tiltmeter pack}: what can be asked of a probe pack. */
@Command(
    name = "pack",
    description = "Work with probe packs.",
    subcommands = {
      PackCommand.LintCommand.class,
      PackCommand.ShowCommand.class,
      PackCommand.SchemaCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  tiltmeter pack lint fixtures/packs/core-en",
      "  tiltmeter pack show fixtures/packs/tiny --json"
    })
final class PackCommand extends GroupCommand {

  /** {@code tiltmeter pack lint}. */
  @Command(
      name = "lint",
      description = "Report every problem of a probe pack, with line and column.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter pack lint fixtures/packs/core-en",
        "  tiltmeter pack lint my-pack/pack.yaml --json"
      })
  static final class LintCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common;

    @Parameters(paramLabel = "PACK", description = "A folder, its pack.yaml, or one YAML file.")
    private Path pack;

    @Override
    public Integer call() {
      Problems problems = new Problems(spec.commandLine().getOut(), common.json());
      return switch (Inputs.readPack(pack)) {
        case PackResult.Read(ProbePack read) ->
            problems.none(
                "%s: %d probes, no problem, %s"
                    .formatted(pack, read.probes().size(), read.digest()));
        case PackResult.Invalid(List<Issue> issues) -> problems.list(issues);
      };
    }
  }

  /** {@code tiltmeter pack show}. */
  @Command(
      name = "show",
      description = "Show what a probe pack holds.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter pack show fixtures/packs/core-en",
        "  tiltmeter pack show fixtures/packs/tiny --json"
      })
  static final class ShowCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common;

    @Parameters(paramLabel = "PACK", description = "A folder, its pack.yaml, or one YAML file.")
    private Path pack;

    /** What {@code pack show --json} prints. */
    record PackView(
        String name,
        String version,
        String language,
        String licence,
        String digest,
        int behaviours,
        int harmful,
        int twins,
        int tasks,
        List<PackSummary.CategoryCount> categories) {

      static PackView of(PackSummary summary) {
        return new PackView(
            summary.header().name(),
            summary.header().version(),
            summary.header().language(),
            summary.header().licence(),
            summary.digest().toString(),
            summary.behaviours(),
            summary.harmful(),
            summary.twins(),
            summary.tasks(),
            summary.categories());
      }
    }

    @Override
    public Integer call() {
      PackSummary summary = PackSummary.of(Inputs.pack(pack));
      PrintWriter out = spec.commandLine().getOut();
      if (common.json()) {
        out.println(Json.line(PackView.of(summary)));
      } else {
        print(summary, out);
      }
      out.flush();
      return ExitCode.OK;
    }

    private static void print(PackSummary summary, PrintWriter out) {
      out.println(
          "%s %s (%s, %s), %s"
              .formatted(
                  summary.header().name(),
                  summary.header().version(),
                  summary.header().language(),
                  summary.header().licence(),
                  summary.digest()));
      TextTable table = new TextTable("category", "behaviours", "harmful probes", "twins");
      for (PackSummary.CategoryCount count : summary.categories()) {
        row(table, count.category(), count.behaviours(), count.harmful(), count.twins());
      }
      row(table, "all", summary.behaviours(), summary.harmful(), summary.twins());
      table.lines().forEach(out::println);
      out.println("tasks: " + summary.tasks());
    }

    private static void row(TextTable table, String name, int behaviours, int harmful, int twins) {
      table.row(
          name, Integer.toString(behaviours), Integer.toString(harmful), Integer.toString(twins));
    }
  }

  /** {@code tiltmeter pack schema}. */
  @Command(
      name = "schema",
      description = {
        "Print the JSON Schema of pack.yaml, for editors and checks elsewhere.",
        "It looks for the schema of a probe beside itself, as probe.schema.json."
      },
      footer = {
        "",
        "Examples:",
        "  tiltmeter pack schema > pack.schema.json",
        "  tiltmeter pack schema --probe > probe.schema.json"
      })
  static final class SchemaCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common;

    @Option(names = "--probe", description = "That of one line of probes.jsonl.")
    private boolean probe;

    @Override
    public Integer call() {
      ShippedSchema schema = probe ? ShippedSchema.PROBE : ShippedSchema.PACK;
      return schema.print(spec.commandLine().getOut(), common.json());
    }
  }
}
