package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.RequestException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reads what a customer's trainings are to be reported to. */
final class IntegrationReader {
  private static final String INTEGRATIONS = "integrations";
  private static final int MOST = 5;
  private static final int MAX_TEXT = 128;
  private static final int MAX_TAGS = 32;
  private static final int MAX_TAG = 64;

  private IntegrationReader() {}

  /**
   * Reads the member {@code integrations}; clients that want none may send an empty list.
   *
   * @throws RequestException with status 400 that names the first member that is wrong
   */
  static List<Integration> read(Members request) {
    List<Members> given = request.objects(INTEGRATIONS).orElse(List.of());
    if (given.size() > MOST) {
      throw invalid(
          request.at(INTEGRATIONS),
          "at most %d integrations, got %d".formatted(MOST, given.size()));
    }
    return given.stream().map(IntegrationReader::integration).toList();
  }

  private static Integration integration(Members members) {
    String type = members.needText("type");
    if (!type.equals(Integration.WANDB)) {
      throw RequestException.invalid(
          "unsupported_integration",
          members.at("type"),
          "There is no such integration; expected \"%s\".".formatted(Integration.WANDB));
    }
    Members own =
        members
            .object(Integration.WANDB)
            .orElseThrow(() -> Members.missing(members.at(Integration.WANDB)));
    members.refuseOthers();
    Integration.Wandb wandb =
        new Integration.Wandb(
            text(own, "project").orElseThrow(() -> Members.missing(own.at("project"))),
            text(own, "name").orElse(null),
            text(own, "entity").orElse(null),
            tags(own));
    own.refuseOthers();
    return new Integration(type, wandb);
  }

  private static Optional<String> text(Members members, String name) {
    Optional<String> text = members.text(name);
    text.ifPresent(given -> require(given, MAX_TEXT, members.at(name)));
    return text;
  }

  private static List<String> tags(Members members) {
    Optional<List<String>> tags = members.texts("tags", MAX_TAGS);
    tags.ifPresent(
        given ->
            IntStream.range(0, given.size())
                .forEach(
                    at ->
                        require(
                            given.get(at), MAX_TAG, "%s[%d]".formatted(members.at("tags"), at))));
    return tags.orElse(List.of());
  }

  private static void require(String text, int most, String place) {
    if (text.isBlank() || text.length() > most || text.chars().anyMatch(Character::isISOControl)) {
      throw invalid(place, "1 to %d characters without control characters".formatted(most));
    }
  }

  private static RequestException invalid(String place, String expected) {
    return RequestException.invalid(
        "invalid_value", place, "Invalid value for '%s': expected %s.".formatted(place, expected));
  }
}
