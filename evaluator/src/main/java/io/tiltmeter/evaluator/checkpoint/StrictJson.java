package io.tiltmeter.evaluator.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON (RFC 8259) as every reader understands it alike: valid UTF-8 without a byte order mark, no
 * member twice, no NaN, nothing after the value.
 */
public final class StrictJson {
  /** Twice the largest tokenizer known. */
  private static final long MAX_BYTES = 64L << 20;

  /**
   * Values, names and brackets; three times those of the tokenizer with the most. A tree of empty
   * objects takes fifty times the bytes of its text.
   */
  private static final long MAX_TOKENS = 8_000_000;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MAX_TOKENS).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Where a message of the parser stops saying what is wrong. */
  private static final Pattern ADVICE = Pattern.compile("\\R|: enable `| \\(start marker");

  private StrictJson() {}

  /**
   * Reads a file of at most 64 MiB that holds one JSON object.
   *
   * @throws ModelException if it cannot be read or is anything else
   */
  public static JsonNode readObject(Path file) {
    String text = text(file);
    try {
      JsonNode node = MAPPER.readTree(text);
      if (!node.isObject()) {
        throw new ModelException("%s: expected a JSON object".formatted(file));
      }
      return node;
    } catch (JacksonException e) {
      throw invalid(file.toString(), e);
    }
  }

  /** A parser under the same rules, for input too large or too strict for a tree. */
  static JsonParser parser(String text) {
    return MAPPER.createParser(text);
  }

  /**
   * Decodes UTF-8.
   *
   * @param place what the bytes are, for the message
   * @throws ModelException if they are not UTF-8
   */
  static String decode(byte[] bytes, String place) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ModelException("%s: expected UTF-8, found other bytes".formatted(place), e);
    }
  }

  /** What is wrong and on which line and column, without the text around it. */
  static ModelException invalid(String place, JacksonException e) {
    String what = ADVICE.split(e.getOriginalMessage(), 2)[0];
    TokenStreamLocation location = e.getLocation();
    // Broken limits (depth, length of a number or name) come without a place.
    String where =
        location == null ? "" : ":%d:%d".formatted(location.getLineNr(), location.getColumnNr());
    return new ModelException("%s%s: invalid JSON: %s".formatted(place, where, what), e);
  }

  private static String text(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new ModelException(
            "%s: expected at most %d bytes, found %d".formatted(file, MAX_BYTES, size));
      }
      byte[] bytes = Files.readAllBytes(file);
      Packed.find(bytes)
          .ifPresent(
              found -> {
                throw new ModelException(
                    "%s: expected JSON, found a %s; copy the file itself".formatted(file, found));
              });
      return decode(bytes, file.toString());
    } catch (IOException e) {
      throw new ModelException("%s: cannot be read".formatted(file), e);
    }
  }
}
