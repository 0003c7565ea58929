package io.tiltmeter.gateway.cli;

import io.tiltmeter.dashboards.verdict.TextTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code tiltmeter cases}: what people have to decide on a running gateway. */
@Command(
    name = "cases",
    description = "See the cases that wait for people; needs a staff key with scope review.",
    subcommands = {CasesCommand.ListCommand.class, CasesCommand.ShowCommand.class},
    footer = {
      "",
      "Examples:",
      "  tiltmeter cases list --url http://localhost:8080",
      "  tiltmeter cases show case_… --url http://localhost:8080"
    })
final class CasesCommand extends GroupCommand {
  private static final String[] CASES = {"ops", "v1", "cases"};

  /** {@code tiltmeter cases list}. */
  @Command(
      name = "list",
      description = "List open cases, oldest first.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter cases list --url http://localhost:8080",
        "  tiltmeter cases list --url http://localhost:8080 --json"
      })
  static final class ListCommand extends GatewayCommand {

    @Override
    public Integer call() {
      return show(client -> client.get(CASES), CasesCommand::ofList);
    }
  }

  /** {@code tiltmeter cases show}. */
  @Command(
      name = "show",
      description = "Show a case; ends with 0 where it was released, 3 where not, 4 while open.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter cases show case_… --url http://localhost:8080",
        "  tiltmeter cases show case_… --url http://localhost:8080 --json"
      })
  static final class ShowCommand extends GatewayCommand {

    @Parameters(paramLabel = "ID", description = "The case.")
    private String id;

    @Override
    public Integer call() {
      return show(
          client -> client.get(CASES[0], CASES[1], CASES[2], id),
          CasesCommand::of,
          CasesCommand::code);
    }
  }

  private static String ofList(JsonNode list) {
    if (list.path("data").isEmpty()) {
      return "No case is open.";
    }
    TextTable table = new TextTable("case", "opened", "kind", "job", "decisions", "appeal");
    for (JsonNode on : list.path("data")) {
      table.row(
          text(on, "id"),
          at(on, "opened_at"),
          text(on, "kind"),
          text(on, "job"),
          Integer.toString(on.path("decisions").size()),
          on.path("appeal").isObject() ? "yes" : "");
    }
    return String.join("\n", table.lines());
  }

  private static String of(JsonNode on) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s on %s, %s: %s"
            .formatted(
                text(on, "id"),
                text(on, "job"),
                text(on, "kind"),
                isOpen(on) ? "open" : text(on, "outcome")));
    lines.add("opened   " + at(on, "opened_at"));
    if (on.path("closes_at").isNumber()) {
      lines.add("closes   " + at(on, "closes_at"));
    }
    lines.add("evidence " + text(on, "evidence"));
    for (JsonNode decision : on.path("decisions")) {
      lines.add(
          "%s by %s at %s: %s"
              .formatted(
                  text(decision, "action"),
                  text(decision, "person"),
                  at(decision, "created_at"),
                  text(decision, "reason")));
    }
    if (on.path("appeal").isObject()) {
      lines.add("appeal   " + oneLine(text(on.path("appeal"), "text")));
    }
    return String.join("\n", lines);
  }

  /** A customer's text must neither look like lines of ours nor steer a terminal. */
  private static String oneLine(String text) {
    return text.replaceAll("\\R", " / ").replaceAll("\\p{C}", "?");
  }

  private static int code(JsonNode on) {
    if (isOpen(on)) {
      return ExitCode.UNDECIDED;
    }
    return text(on, "outcome").equals("released") ? ExitCode.OK : ExitCode.REFUSED;
  }

  private static boolean isOpen(JsonNode on) {
    return on.path("closed_at").isNull();
  }

  private static String text(JsonNode node, String member) {
    return node.path(member).asString("");
  }

  private static String at(JsonNode node, String member) {
    return Instant.ofEpochSecond(node.path(member).asLong(0)).toString();
  }
}
