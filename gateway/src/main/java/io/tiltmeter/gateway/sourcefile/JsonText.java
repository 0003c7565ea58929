package io.tiltmeter.gateway.sourcefile;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/** One JSON value (RFC 8259) on one line, read into a tree. */
final class JsonText {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(32).maxNumberLength(100).build())
          .build();

  private final String text;
  private final int line;
  private final JsonParser parser;
  private final Issues issues;

  private JsonText(String text, int line, JsonParser parser, Issues issues) {
    this.text = text;
    this.line = line;
    this.parser = parser;
    this.issues = issues;
  }

  /** The tree of this line, {@link Node.Broken} where it is not exactly one JSON value. */
  static Node parse(String text, int line, Issues issues) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      return new JsonText(text, line, parser, issues).read();
    }
  }

  // Jackson's own messages quote the text, which may be a prompt; only its position is used.
  private Node read() {
    try {
      Node node = node(parser.nextToken());
      if (parser.nextToken() != null) {
        issues.add(here(), "text after the JSON value; expected one value a line");
      }
      return node;
    } catch (StreamConstraintsException e) {
      return broken(e, "JSON is nested deeper than 32 levels or holds a number that is too long");
    } catch (JacksonException e) {
      return broken(e, "not JSON from here on; expected one JSON value on the line");
    }
  }

  private Node broken(JacksonException e, String message) {
    long offset = e.getLocation() == null ? 0 : e.getLocation().getCharOffset();
    Place place = at(offset);
    issues.add(place, message);
    return new Node.Broken(place);
  }

  private Node node(JsonToken token) {
    Place place = here();
    return switch (token) {
      case START_OBJECT -> object(place);
      case START_ARRAY -> array(place);
      case VALUE_STRING -> text(place, parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Node.Numeric(place, number());
      case VALUE_TRUE, VALUE_FALSE -> new Node.Truth(place, token == JsonToken.VALUE_TRUE);
      default -> new Node.Nothing(place);
    };
  }

  // Escapes can spell half a surrogate pair, which is no character and has no UTF-8.
  private Node text(Place place, String value) {
    if (value
        .codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      issues.add(place, "text holds half a surrogate pair; write the whole character");
      return new Node.Broken(place);
    }
    return new Node.Text(place, new Place(place.line(), place.column() + 1), value);
  }

  private Node object(Place place) {
    MemberList members = new MemberList(issues);
    for (String key = parser.nextName(); key != null; key = parser.nextName()) {
      Place keyPlace = here();
      members.add(keyPlace, key, node(parser.nextToken()));
    }
    return new Node.Members(place, members.members());
  }

  private Node array(Place place) {
    List<Node> items = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      items.add(node(t));
    }
    return new Node.Items(place, items);
  }

  private Number number() {
    Number value = parser.getNumberValue();
    return value instanceof Integer || value instanceof Long
        ? (Number) value.longValue()
        : (Number) value.doubleValue();
  }

  private Place here() {
    return at(parser.currentTokenLocation().getCharOffset());
  }

  private Place at(long offset) {
    int end = (int) Math.max(0, Math.min(offset, text.length()));
    return new Place(line, text.codePointCount(0, end) + 1);
  }
}
