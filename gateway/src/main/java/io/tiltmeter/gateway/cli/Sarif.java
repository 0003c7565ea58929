package io.tiltmeter.gateway.cli;

import io.tiltmeter.dashboards.job.ScanReport.Finding;
import io.tiltmeter.evaluator.scan.row.FormatProblem;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a scan found as code-review tools read it: SARIF 2.1.0 (OASIS standard, 2020), one result
 * for each line that a finding lists.
 */
final class Sarif {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
  private static final String FORMAT = "format";

  private Sarif() {}

  /** One scan. */
  record Run(Tool tool, List<Result> results) {}

  /** What scanned. */
  record Tool(Driver driver) {}

  /** Its name, and what it looks for. */
  record Driver(String name, List<Rule> rules) {}

  /** One detector. */
  record Rule(String id, Message help) {}

  /** A text for people. */
  record Message(String text) {}

  /** One finding at one line. */
  record Result(String ruleId, String level, Message message, List<Location> locations) {}

  /** Where it is. */
  record Location(PhysicalLocation physicalLocation) {}

  /** In which file, and where in it. */
  record PhysicalLocation(ArtifactLocation artifactLocation, Region region) {}

  /** A file, by a relative or whole URI. */
  record ArtifactLocation(String uri) {}

  /** A line, from 1; the first where the whole file is meant. */
  record Region(long startLine) {}

  /** The findings of a file that can be trained on. */
  static String of(Path file, List<ScanFinding> findings) {
    return text(
        findings.stream().map(Sarif::rule).toList(),
        findings.stream().flatMap(finding -> results(file, finding)).toList());
  }

  /** The problems of a file that cannot. */
  static String ofProblems(Path file, List<FormatProblem> problems) {
    return text(
        List.of(new Rule(FORMAT, new Message("Mend the line."))),
        problems.stream()
            .map(
                problem ->
                    new Result(
                        FORMAT,
                        "error",
                        new Message(problem.message()),
                        List.of(location(file, problem.line()))))
            .toList());
  }

  private static String text(List<Rule> rules, List<Result> results) {
    Run run = new Run(new Tool(new Driver("Tiltmeter", rules)), results);
    ObjectNode document = MAPPER.createObjectNode().put("$schema", SCHEMA).put("version", "2.1.0");
    document.putArray("runs").addPOJO(run);
    return MAPPER.writeValueAsString(document);
  }

  private static Rule rule(ScanFinding finding) {
    String remedy = Finding.remedy(finding.detector());
    String help = remedy.isEmpty() ? "Nothing has to change." : "What to change: " + remedy;
    return new Rule(finding.detector(), new Message(help));
  }

  private static Stream<Result> results(Path file, ScanFinding finding) {
    Stream<Long> lines = finding.lines().isEmpty() ? Stream.of(0L) : finding.lines().stream();
    return lines.map(
        line ->
            new Result(
                finding.detector(),
                level(finding.severity()),
                new Message(finding.message()),
                List.of(location(file, line))));
  }

  private static String level(Severity severity) {
    return switch (severity) {
      case BLOCK -> "error";
      case REVIEW -> "warning";
      case STEER, INFO -> "note";
    };
  }

  private static Location location(Path file, long line) {
    String uri = file.isAbsolute() ? file.toUri().toString() : uri(file);
    return new Location(
        new PhysicalLocation(new ArtifactLocation(uri), new Region(Math.max(1, line))));
  }

  private static String uri(Path file) {
    Path here = Path.of("").toAbsolutePath();
    return here.toUri().relativize(file.toAbsolutePath().normalize().toUri()).toString();
  }
}
