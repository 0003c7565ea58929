package io.tiltmeter.gateway.cli;

import io.tiltmeter.dashboards.job.ScanReport.Finding;
import io.tiltmeter.dashboards.verdict.TextTable;
import io.tiltmeter.evaluator.scan.Bookmark;
import io.tiltmeter.evaluator.scan.DatasetScan;
import io.tiltmeter.evaluator.scan.ScanExtras;
import io.tiltmeter.evaluator.scan.ScanReport;
import io.tiltmeter.evaluator.scan.ScanResult;
import io.tiltmeter.evaluator.scan.ScanSettings;
import io.tiltmeter.evaluator.scan.ScanView;
import io.tiltmeter.evaluator.scan.contamination.PackPrints;
import io.tiltmeter.evaluator.scan.hits.LikeRows;
import io.tiltmeter.evaluator.scan.prompts.RepeatedPrompt;
import io.tiltmeter.evaluator.scan.row.FormatProblem;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.policy.dataset.LikeLines;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
      "  tiltmeter scan training.jsonl.gz --method dpo --html report.html"
    })
final class ScanCommand implements Callable<Integer> {

  /** How many line numbers a finding lists. */
  static final int LISTED_LINES = ScanSettings.DEFAULT.maxLines();

  private static final int SHOWN_LINES = 8;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "FILE",
      description = "Training data, JSON Lines; packed with gzip or Zstandard or not.")
  private Path file;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description =
          "What every row has to teach with: supervised, dpo, reinforcement or completion; without"
              + " it the first row decides.")
  private @Nullable String method;

  @Option(names = "--rows", description = "List every row that a finding means.")
  private boolean rows;

  @Option(names = "--sarif", description = "Print SARIF 2.1.0 for code-review tools.")
  private boolean sarif;

  @Option(
      names = "--html",
      paramLabel = "REPORT",
      description =
          "Also write a report that opens without a server; it holds no text of the file.")
  private @Nullable Path html;

  @Option(
      names = "--pack",
      paramLabel = "PACK",
      description = "Compare what is asked with this pack's probes; may be given again.")
  private List<Path> packs = List.of();

  @Option(
      names = "--system-prompts",
      paramLabel = "PROMPTS",
      description =
          "Write the system prompts that rows share, as evaluate --system-prompts reads them.")
  private @Nullable Path systemPrompts;

  @Override
  public Integer call() {
    if (systemPrompts != null) {
      WholeFile.requirePlace(systemPrompts);
    }
    ScanSettings settings = ScanSettings.DEFAULT.withMethod(method());
    long started = System.nanoTime();
    Run run = run(rows ? settings.withAllLines() : settings);
    try {
      return conclude(run.result(), started);
    } finally {
      run.bookmark().clear();
    }
  }

  /** A scan and where it kept how far it was. */
  private record Run(ScanResult result, Bookmark bookmark) {}

  private int conclude(ScanResult result, long started) {
    return switch (result) {
      case ScanResult.Scanned(ScanReport report) -> {
        LikeLines alike = alike(report);
        print(report, alike, (System.nanoTime() - started) / 1e9);
        write(report, alike);
        yield exitCode(report);
      }
      case ScanResult.Invalid invalid -> {
        if (sarif) {
          say(Sarif.ofProblems(file, invalid.problems()));
        }
        throw invalid(invalid);
      }
    };
  }

  private @Nullable Method method() {
    if (method == null) {
      return null;
    }
    return Method.of(method)
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "--method must be one of %s, got \"%s\"".formatted(Method.NAMES, method)));
  }

  private Run run(ScanSettings settings) {
    try {
      PackPrints prints = PackPrints.of(packs.stream().map(Inputs::pack).toList());
      Path kept = HomeOptions.usual().scans();
      Bookmark bookmark = Bookmark.among(kept, file, settings, prints);
      ScanExtras extras = ScanExtras.of(prints).with(bookmark);
      ScanResult result =
          talks() ? metered(settings, extras) : DatasetScan.scan(file, settings, extras);
      tell(bookmark);
      return new Run(result, bookmark);
    } catch (NoSuchFileException e) {
      throw new CommandException(
          "expected a training file at %s, found nothing".formatted(file), e);
    } catch (IOException e) {
      throw new CommandException(
          "training file %s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private void tell(Bookmark bookmark) {
    Talk talk = common.talk(spec.commandLine().getErr());
    if (bookmark.resumedInPass() > 0) {
      talk.say(
          "went on in pass %d, where an earlier scan of this file was stopped"
              .formatted(bookmark.resumedInPass()));
    }
    bookmark.trouble().ifPresent(why -> talk.warn("a scan that is stopped begins anew: " + why));
  }

  /** A scan says how far it is to people only. */
  private boolean talks() {
    return CommonOptions.isTerminal() && !common.json() && !common.quiet() && !sarif;
  }

  private ScanResult metered(ScanSettings settings, ScanExtras extras) throws IOException {
    Talk talk = common.talk(spec.commandLine().getErr());
    ScanMeter meter = new ScanMeter(talk, Clock.systemUTC(), Files.size(file));
    try {
      return DatasetScan.scan(file, settings, extras.with(meter));
    } finally {
      meter.done();
    }
  }

  private LikeLines alike(ScanReport report) {
    try {
      return LikeRows.of(file, report.method(), report.findings());
    } catch (IOException e) {
      throw new CommandException(
          "training file %s cannot be read again: %s".formatted(file, e.getMessage()), e);
    }
  }

  private void write(ScanReport report, LikeLines alike) {
    if (systemPrompts != null) {
      WholeFile.write(
          systemPrompts,
          report.steering().systemPrompts().stream()
              .map(RepeatedPrompt::text)
              .map(Json::line)
              .toList());
    }
    if (html == null) {
      return;
    }
    try {
      Files.writeString(html, ScanDocument.of(file, report, alike));
    } catch (IOException e) {
      throw new CommandException(
          "report %s cannot be written: %s".formatted(html, e.getMessage()), e);
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

  private void print(ScanReport report, LikeLines alike, double seconds) {
    ScanView view = ScanView.of(report, alike, seconds);
    if (sarif) {
      say(Sarif.of(file, report.findings()));
    } else if (common.json()) {
      ObjectNode document = Json.MAPPER.valueToTree(view);
      if (!rows) {
        document.remove("rows");
      }
      say(document.toString());
    } else {
      print(report, view, alike, spec.commandLine().getOut());
    }
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private void print(ScanReport report, ScanView view, LikeLines alike, PrintWriter out) {
    if (!report.findings().isEmpty()) {
      TextTable table = new TextTable("detector", "severity", "rows", "lines");
      report.findings().forEach(finding -> row(table, finding));
      table.lines().forEach(out::println);
      report.findings().forEach(finding -> out.println(sentence(finding, alike)));
    }
    report
        .steering()
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

  private static String sentence(ScanFinding finding, LikeLines alike) {
    String remedy = Finding.remedy(finding.detector());
    String groups = Finding.alikeText(alike.groups(finding.detector()));
    String sentence =
        finding.detector()
            + ": "
            + finding.message()
            + (groups.isEmpty() ? "" : "; much the same: " + groups);
    return remedy.isEmpty() ? sentence : sentence + "; " + remedy;
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
