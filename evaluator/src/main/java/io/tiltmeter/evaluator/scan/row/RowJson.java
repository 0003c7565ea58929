package io.tiltmeter.evaluator.scan.row;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the JSON (RFC 8259) of one line: no member twice, no deep nesting, nothing after it. */
final class RowJson {

  /** Deeper than any tool's schema; a parser's stack never decides. */
  static final int MAX_DEPTH = 64;

  private static final String DUPLICATE = "Duplicate Object property";

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private RowJson() {}

  /** What a line is as JSON. */
  sealed interface Parsed {
    record Value(JsonNode node) implements Parsed {}

    /** Why it is none, without its text. */
    record Broken(String message) implements Parsed {}
  }

  static Parsed parse(String line) {
    try {
      return new Parsed.Value(MAPPER.readTree(line));
    } catch (StreamConstraintsException e) {
      return new Parsed.Broken(
          "JSON nested deeper than %d, or a number or a member name too long".formatted(MAX_DEPTH));
    } catch (StreamReadException e) {
      boolean duplicate = e.getOriginalMessage().startsWith(DUPLICATE);
      return new Parsed.Broken(
          (duplicate ? "an object has a member twice, at column " : "not JSON at column ")
              + column(e));
    } catch (JacksonException e) {
      return new Parsed.Broken("more than one JSON value, at column " + column(e));
    }
  }

  private static int column(JacksonException e) {
    TokenStreamLocation place = e.getLocation();
    return place == null ? 1 : Math.max(1, place.getColumnNr());
  }
}
