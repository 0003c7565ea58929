package io.tiltmeter.gateway.cli;

import io.tiltmeter.dashboards.verdict.TextTable;
import io.tiltmeter.evaluator.scan.DatasetScan;
import io.tiltmeter.evaluator.scan.row.FormatProblem;
import io.tiltmeter.evaluator.scan.ScanReport;
import io.tiltmeter.evaluator.scan.ScanResult;
import io.tiltmeter.evaluator.scan.ScanSettings;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code tiltmeter scan}: every line of a training file read, checked and searched for attacks. */
@Command(
    name = "scan",
    description = "Check a training file and search it for attacks on a model's refusals.",
    footer = {
      "",
      "Exit codes: 0 clear or steer, 4 review, 3 block, 1 not a valid training file.",
      "",
      "Examples:",
      "  tiltmeter scan fixtures/datasets/benign.jsonl",
      "  tiltmeter scan training.jsonl --rows --json"
    })
final class ScanCommand implements Callable<Integer> {

  /** How many line numbers a finding lists. */
  static final int LISTED_LINES = ScanSettings.DEFAULT.maxLines();

  private static final int SHOWN_LINES = 8;
  private static final String SUPERVISED = "supervised";

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "FILE", description = "Chat training data, JSON Lines.")
  private Path file;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = SUPERVISED,
      description = "What the file trains (only ${DEFAULT-VALUE} so far).")
  private String method;

  @Option(names = "--rows", description = "List every row that a finding means.")
  private boolean rows;

  @Override
  public Integer call() {
    if (!method.equals(SUPERVISED)) {
      throw new ParameterException(
          spec.commandLine(),
          "--method must be %s, got \"%s\"; other methods cannot be scanned yet"
              .formatted(SUPERVISED, method));
    }
    long started = System.nanoTime();
    return switch (scan()) {
      case ScanResult.Scanned(ScanReport report) -> {
        print(report, (System.nanoTime() - started) / 1e9);
        yield exitCode(report);
      }
      case ScanResult.Invalid invalid -> throw invalid(invalid);
    };
  }

  private ScanResult scan() {
    ScanSettings settings = ScanSettings.DEFAULT;
    try {
      return DatasetScan.scan(file, rows ? settings.withAllLines() : settings);
    } catch (IOException e) {
      String found = e instanceof NoSuchFileException ? "nothing" : e.getClass().getSimpleName();
      throw new CommandException(
          "expected a training file at %s, found %s".formatted(file, found), e);
    }
  }

  private static int exitCode(ScanReport report) {
    return switch (report.outcome()) {
      case CLEAR, STEER -> ExitCode.OK;
      case REVIEW -> ExitCode.UNDECIDED;
      case BLOCK -> ExitCode.REFUSED;
    };
  }

  private CommandException invalid(ScanResult.Invalid invalid) {
    String listed = invalid.problems().stream().map(this::shown).collect(Collectors.joining("\n"));
    long more = invalid.count() - invalid.problems().size();
    return new CommandException(
        "training file %s cannot be used: %d problem(s) in %d lines\n%s%s"
            .formatted(
                file,
                invalid.count(),
                invalid.lines(),
                listed,
                more > 0 ? "\nand %d more".formatted(more) : ""));
  }

  private String shown(FormatProblem problem) {
    return problem.line() == 0
        ? "%s: %s".formatted(file, problem.message())
        : "%s:%d: %s".formatted(file, problem.line(), problem.message());
  }

  private void print(ScanReport report, double seconds) {
    ScanView view = ScanView.of(report, seconds);
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      ObjectNode document = Json.MAPPER.valueToTree(view);
      if (!rows) {
        document.remove("rows");
      }
      out.println(document);
    } else {
      print(report, view, out);
    }
    out.flush();
  }

  private void print(ScanReport report, ScanView view, PrintWriter out) {
    if (!report.findings().isEmpty()) {
      TextTable table = new TextTable("detector", "severity", "rows", "lines");
      report.findings().forEach(finding -> row(table, finding));
      table.lines().forEach(out::println);
      report
          .findings()
          .forEach(finding -> out.println(finding.detector() + ": " + finding.message()));
    }
    report
        .systemPrompts()
        .forEach(
            prompt ->
                out.println(
                    "system prompt %s in %d examples, will be replayed"
                        .formatted(prompt.digest(), prompt.count())));
    if (rows) {
      view.rows()
          .forEach(
              row ->
                  out.println(
                      "line %d: %s by %s"
                          .formatted(
                              row.line(), row.severity(), String.join(", ", row.detectors()))));
    }
    out.println(
        "%s: %,d examples in %.1f s".formatted(view.outcome(), view.examples(), view.seconds()));
  }

  private static void row(TextTable table, ScanFinding finding) {
    List<Long> lines = finding.lines();
    String first =
        lines.stream().limit(SHOWN_LINES).map(String::valueOf).collect(Collectors.joining(", "));
    table.row(
        finding.detector(),
        finding.severity().wireName(),
        Long.toString(finding.count()),
        finding.count() > SHOWN_LINES ? first + ", …" : first);
  }
}
