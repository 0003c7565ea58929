package io.tiltmeter.gateway.sourcefile;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Scalars by the YAML 1.2 core schema (YAML 1.2.2, section 10.3). */
final class YamlScalar {
  private static final ScalarResolver RESOLVER = new CoreSchema().getScalarResolver();
  private static final BigInteger LONGEST = BigInteger.valueOf(Long.MAX_VALUE);

  private final List<String> lines;

  YamlScalar(String text) {
    this.lines = text.lines().toList();
  }

  Node node(ScalarEvent event) {
    Place place = YamlFile.placeOf(event.getStartMark());
    String value = event.getValue();
    Tag tag = RESOLVER.resolve(value, event.isPlain());
    if (tag.equals(Tag.INT)) {
      return new Node.Numeric(place, integer(value));
    }
    if (tag.equals(Tag.FLOAT)) {
      return new Node.Numeric(place, real(value));
    }
    if (tag.equals(Tag.BOOL)) {
      return new Node.Truth(place, Boolean.parseBoolean(value));
    }
    if (tag.equals(Tag.NULL)) {
      return new Node.Nothing(place);
    }
    return new Node.Text(place, body(event, place), value);
  }

  private static Number integer(String text) {
    BigInteger value =
        switch (text.length() > 2 ? text.substring(0, 2) : "") {
          case "0x" -> new BigInteger(text.substring(2), 16);
          case "0o" -> new BigInteger(text.substring(2), 8);
          default -> new BigInteger(text);
        };
    if (value.abs().compareTo(LONGEST) <= 0) {
      return value.longValueExact();
    }
    return value.doubleValue();
  }

  private static Double real(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case ".nan" -> Double.NaN;
      case ".inf", "+.inf" -> Double.POSITIVE_INFINITY;
      case "-.inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.valueOf(text);
    };
  }

  private Place body(ScalarEvent event, Place place) {
    if (event.isPlain()) {
      return place;
    }
    if (event.isLiteral() || event.isFolded()) {
      return firstContentAfter(place.line());
    }
    return new Place(place.line(), place.column() + 1);
  }

  private Place firstContentAfter(int line) {
    int index = line;
    while (index < lines.size() && lines.get(index).isBlank()) {
      index++;
    }
    int indent = index < lines.size() ? indentOf(lines.get(index)) : 0;
    return new Place(index + 1, indent + 1);
  }

  private static int indentOf(String line) {
    return line.length() - line.stripLeading().length();
  }
}
