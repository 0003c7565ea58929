package io.tiltmeter.gateway.cli;

import io.tiltmeter.dashboards.verdict.TextTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Proposals of policies, for people: who, when, what it is and what it changes. */
final class ProposalText {
  private ProposalText() {}

  static String ofList(JsonNode list) {
    JsonNode proposals = list.path("data");
    return proposals.isEmpty()
        ? "No policy is proposed."
        : proposals.valueStream().map(ProposalText::of).collect(Collectors.joining("\n\n"));
  }

  static String of(JsonNode proposal) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s for %s, proposed by %s at %s: %s"
            .formatted(
                text(proposal, "id"),
                proposal.path("tenant").isString()
                    ? "tenant " + text(proposal, "tenant")
                    : "the installation",
                text(proposal, "proposed_by"),
                at(proposal, "proposed_at"),
                state(proposal)));
    lines.add("policy   " + text(proposal, "policy_digest"));
    lines.add("replaces " + text(proposal, "replaces"));
    JsonNode changes = proposal.path("changes");
    lines.add(counts(changes));
    if (!changes.isEmpty()) {
      lines.addAll(table(changes).lines());
    }
    return String.join("\n", lines);
  }

  private static String state(JsonNode proposal) {
    return proposal.path("closed_by").isString()
        ? "%s by %s at %s"
            .formatted(
                text(proposal, "state"), text(proposal, "closed_by"), at(proposal, "closed_at"))
        : text(proposal, "state");
  }

  private static String counts(JsonNode changes) {
    long laxer = count(changes, "laxer");
    long stricter = count(changes, "stricter");
    String changed =
        "%d changes: %d laxer, %d stricter, %d neither"
            .formatted(changes.size(), laxer, stricter, changes.size() - laxer - stricter);
    return laxer == 0 ? changed : changed + "; it holds back less";
  }

  private static long count(JsonNode changes, String effect) {
    return changes.valueStream().filter(change -> text(change, "effect").equals(effect)).count();
  }

  private static TextTable table(JsonNode changes) {
    TextTable table = new TextTable("value", "from", "to", "effect");
    changes
        .valueStream()
        .forEach(
            change ->
                table.row(
                    text(change, "path"),
                    value(change.path("from")),
                    value(change.path("to")),
                    text(change, "effect").equals("neither") ? "" : text(change, "effect")));
    return table;
  }

  private static String value(JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return "-";
    }
    if (value.isObject()) {
      return "%s when %s".formatted(text(value, "then"), text(value, "when"));
    }
    return value.isArray()
        ? value.valueStream().map(one -> one.asString("")).toList().toString()
        : value.asString("");
  }

  private static String text(JsonNode node, String member) {
    return node.path(member).asString("");
  }

  private static String at(JsonNode node, String member) {
    return Instant.ofEpochSecond(node.path(member).asLong(0)).toString();
  }
}
