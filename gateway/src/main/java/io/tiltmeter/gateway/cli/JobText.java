package io.tiltmeter.gateway.cli;

import io.tiltmeter.dashboards.verdict.TextTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Jobs, for people. */
final class JobText {
  private JobText() {}

  static String ofList(JsonNode list) {
    if (list.path("data").isEmpty()) {
      return "No job.";
    }
    TextTable table = new TextTable("job", "created", "status", "stage", "verdict", "model");
    for (JsonNode job : list.path("data")) {
      table.row(
          text(job, "id"),
          at(job, "created_at"),
          text(job, "status"),
          stage(job),
          text(job.path("safety"), "verdict"),
          text(job, "model"));
    }
    return String.join("\n", table.lines());
  }

  static String of(JsonNode job) {
    JsonNode safety = job.path("safety");
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s of %s: %s, %s"
            .formatted(text(job, "id"), text(job, "model"), text(job, "status"), stage(job)));
    lines.add("created  " + at(job, "created_at"));
    add(lines, "model    ", text(job, "fine_tuned_model"));
    add(lines, "verdict  ", text(safety, "verdict"));
    add(lines, "rule     ", text(safety, "rule"));
    add(lines, "error    ", text(job.path("error"), "message"));
    add(lines, "case     ", text(safety.path("statement"), "safety_case"));
    add(lines, "redress  ", text(safety.path("statement"), "redress"));
    return String.join("\n", lines);
  }

  /** How a command that shows a job ends. */
  static int code(JsonNode job) {
    return switch (text(job.path("safety"), "stage")) {
      case "blocked" -> ExitCode.REFUSED;
      case "held" -> ExitCode.UNDECIDED;
      default -> ExitCode.OK;
    };
  }

  private static void add(List<String> lines, String name, String value) {
    if (!value.isEmpty()) {
      lines.add(name + value);
    }
  }

  private static String stage(JsonNode job) {
    JsonNode safety = job.path("safety");
    return safety.path("paused").asBoolean(false) ? "paused" : text(safety, "stage");
  }

  private static String text(JsonNode node, String member) {
    return node.path(member).asString("");
  }

  private static String at(JsonNode node, String member) {
    return Instant.ofEpochSecond(node.path(member).asLong(0)).toString();
  }
}
