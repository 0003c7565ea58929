package io.tiltmeter.evaluator.checkpoint;

import io.tiltmeter.evaluator.checkpoint.SafetensorsFile.Stored;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Parser of the JSON header of a safetensors file; a stream parser, as a tree would turn 2.0 and
 * "2" into the number 2.
 */
final class SafetensorsHeader {
  private final Path file;

  SafetensorsHeader(Path file) {
    this.file = file;
  }

  /**
   * Parses the header.
   *
   * @return tensors by name in header order
   * @throws ModelException if it breaks a rule of the format; layout is not checked here
   */
  Map<String, Stored> parse(byte[] header) {
    if (header.length == 0 || header[0] != '{') {
      throw invalid("expected a header that starts with \"{\"");
    }
    String text = StrictJson.decode(header, file + ": header");
    try (JsonParser parser = StrictJson.parser(text)) {
      expect(parser, parser.nextToken(), JsonToken.START_OBJECT, "header");
      Map<String, Stored> tensors = tensors(parser);
      if (parser.nextToken() != null) {
        throw invalid("expected nothing after the header object");
      }
      return tensors;
    } catch (JacksonException e) {
      throw StrictJson.invalid(file + ": header", e);
    }
  }

  private Map<String, Stored> tensors(JsonParser parser) {
    Map<String, Stored> tensors = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = wellFormed(parser.currentName());
      parser.nextToken();
      if (name.equals("__metadata__")) {
        skipMetadata(parser);
      } else {
        tensors.put(name, tensor(parser, name));
      }
    }
    return tensors;
  }

  private void skipMetadata(JsonParser parser) {
    expect(parser, parser.currentToken(), JsonToken.START_OBJECT, "__metadata__");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      wellFormed(parser.currentName());
      expect(parser, parser.nextToken(), JsonToken.VALUE_STRING, "value in __metadata__");
      wellFormed(parser.getString());
    }
  }

  private Stored tensor(JsonParser parser, String name) {
    String place = "tensor " + name;
    expect(parser, parser.currentToken(), JsonToken.START_OBJECT, place);
    String dtype = "";
    Map<String, List<Long>> numbers = new TreeMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String member = parser.currentName();
      parser.nextToken();
      switch (member) {
        case "dtype" -> {
          expect(parser, parser.currentToken(), JsonToken.VALUE_STRING, place + " dtype");
          dtype = parser.getString();
        }
        case "shape", "data_offsets" -> numbers.put(member, numbers(parser, place + " " + member));
        default ->
            throw invalid(
                place + ": expected members dtype, shape and data_offsets, found another");
      }
    }
    return stored(name, dtype, numbers);
  }

  private Stored stored(String name, String dtype, Map<String, List<Long>> numbers) {
    List<Long> shape = numbers.get("shape");
    List<Long> offsets = numbers.get("data_offsets");
    if (dtype.isEmpty() || shape == null || offsets == null || offsets.size() != 2) {
      throw invalid(
          "tensor %s: expected dtype, shape and two data_offsets, found less or more"
              .formatted(name));
    }
    return new Stored(name, dtype, shape, offsets.getFirst(), offsets.getLast());
  }

  private List<Long> numbers(JsonParser parser, String place) {
    expect(parser, parser.currentToken(), JsonToken.START_ARRAY, place);
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser, parser.currentToken(), JsonToken.VALUE_NUMBER_INT, place);
      long number = parser.getLongValue();
      if (number < 0) {
        throw invalid("%s: expected numbers of at least 0, found %d".formatted(place, number));
      }
      numbers.add(number);
    }
    return numbers;
  }

  private void expect(JsonParser parser, JsonToken found, JsonToken expected, String place) {
    if (found != expected) {
      throw invalid(
          "%s: expected %s, found %s at byte %d"
              .formatted(
                  place, word(expected), word(found), parser.currentLocation().getCharOffset()));
    }
  }

  private static String word(JsonToken token) {
    return token == null
        ? "the end"
        : switch (token) {
          case START_OBJECT -> "an object";
          case START_ARRAY -> "an array";
          case VALUE_STRING -> "a string";
          case VALUE_NUMBER_INT -> "a whole number";
          default -> "something else";
        };
  }

  /**
   * Refuses lone surrogates, which no other reader keeps, and what would break a message's line.
   */
  private String wellFormed(String text) {
    boolean bad =
        text.codePoints()
            .anyMatch(
                c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    if (bad) {
      throw invalid("expected names of whole printable characters, found another");
    }
    return text;
  }

  private ModelException invalid(String what) {
    return new ModelException("%s: %s".formatted(file, what));
  }
}
