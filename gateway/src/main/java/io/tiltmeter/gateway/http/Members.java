package io.tiltmeter.gateway.http;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The members of a JSON object in a request, read strictly: a member of the wrong type, and one
 * that nobody asked for, is refused by its path. A member that is null is absent.
 */
public final class Members {
  private static final int MAX_SHOWN = 40;

  private final String path;
  private final JsonNode object;
  private final Set<String> known = new LinkedHashSet<>();

  private Members(String path, JsonNode object) {
    this.path = path;
    this.object = object;
  }

  /** The members of a request's body. */
  public static Members of(JsonNode body) {
    return new Members("", body);
  }

  /** The path of a member, as {@code param} of an error names it. */
  public String at(String name) {
    return path + name;
  }

  /** The value of a member as it is. */
  public Optional<JsonNode> find(String name) {
    known.add(name);
    JsonNode value = object.path(name);
    return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  /**
   * A string.
   *
   * @throws RequestException with status 400 if it is something else
   */
  public Optional<String> text(String name) {
    return find(name)
        .map(
            value -> {
              if (!value.isString()) {
                throw wrongType(name, "a string", value);
              }
              if (!Text.isStorable(value.stringValue())) {
                throw RequestException.invalid(
                    "invalid_value",
                    at(name),
                    "Invalid value for '%s': expected text without the character U+0000."
                        .formatted(at(name)));
              }
              return value.stringValue();
            });
  }

  /**
   * A string that has to be there.
   *
   * @throws RequestException with status 400 if it is missing or something else
   */
  public String needText(String name) {
    return text(name).orElseThrow(() -> missing(at(name)));
  }

  /** The error where a member that has to be there is missing. */
  public static RequestException missing(String param) {
    return RequestException.invalid(
        "missing_required_parameter", param, "Missing required parameter: '%s'.".formatted(param));
  }

  /**
   * One of these words.
   *
   * @throws RequestException with status 400 if it is something else
   */
  public Optional<String> word(String name, Collection<String> words) {
    return text(name)
        .map(
            word -> {
              if (!words.contains(word)) {
                throw RequestException.invalid(
                    "invalid_value",
                    at(name),
                    "Invalid value for '%s': expected one of %s."
                        .formatted(at(name), quoted(words)));
              }
              return word;
            });
  }

  private static String quoted(Collection<String> words) {
    return words.stream().map("\"%s\""::formatted).collect(Collectors.joining(", "));
  }

  /**
   * A whole number.
   *
   * @throws RequestException with status 400 if it is something else or out of this range
   */
  public Optional<Long> whole(String name, long low, long high) {
    return find(name).map(value -> whole(name, value, low, high));
  }

  private long whole(String name, JsonNode value, long low, long high) {
    if (!value.isIntegralNumber()) {
      throw wrongType(name, "a whole number", value);
    }
    if (!value.canConvertToLong() || value.longValue() < low || value.longValue() > high) {
      throw outOfRange(name, "a whole number from %d to %d".formatted(low, high), value);
    }
    return value.longValue();
  }

  /**
   * A finite number.
   *
   * @param bound that it has to be above
   * @param most that it may be; {@link Double#MAX_VALUE} where it may be any
   * @throws RequestException with status 400 if it is something else
   */
  public Optional<Double> above(String name, double bound, double most) {
    return find(name)
        .map(
            value -> {
              if (!value.isNumber()) {
                throw wrongType(name, "a number", value);
              }
              double number = value.doubleValue();
              if (!(number > bound && number <= most)) {
                throw outOfRange(name, range(bound, most), value);
              }
              return number;
            });
  }

  private static String range(double bound, double most) {
    String above = "a finite number above " + plain(bound);
    return most == Double.MAX_VALUE ? above : "%s and at most %s".formatted(above, plain(most));
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  /**
   * A number in this range.
   *
   * @throws RequestException with status 400 if it is something else
   */
  public Optional<Double> number(String name, double low, double high) {
    return find(name)
        .map(
            value -> {
              if (!value.isNumber()) {
                throw wrongType(name, "a number", value);
              }
              double number = value.doubleValue();
              if (!(number >= low && number <= high)) {
                throw outOfRange(
                    name, "a number from %s to %s".formatted(plain(low), plain(high)), value);
              }
              return number;
            });
  }

  /**
   * A list of numbers.
   *
   * @throws RequestException with status 400 if it is something else
   */
  public Optional<List<Double>> numbers(String name) {
    return find(name)
        .map(
            value -> {
              if (!value.isArray() || !value.valueStream().allMatch(JsonNode::isNumber)) {
                throw wrongType(name, "an array of numbers", value);
              }
              return value.valueStream().map(JsonNode::doubleValue).toList();
            });
  }

  /** Whether a member is a string. */
  public boolean isText(String name) {
    return find(name).filter(JsonNode::isString).isPresent();
  }

  /** Whether a member is an object. */
  public boolean isObject(String name) {
    return find(name).filter(JsonNode::isObject).isPresent();
  }

  /**
   * True or false.
   *
   * @throws RequestException with status 400 if it is something else
   */
  public Optional<Boolean> truth(String name) {
    return find(name)
        .map(
            value -> {
              if (!value.isBoolean()) {
                throw wrongType(name, "true or false", value);
              }
              return value.booleanValue();
            });
  }

  /** Whether a member is this string. */
  public boolean is(String name, String text) {
    return find(name)
        .filter(value -> value.isString() && value.stringValue().equals(text))
        .isPresent();
  }

  /**
   * A list of strings.
   *
   * @param most that there may be; at least one has to be
   * @throws RequestException with status 400 if it is something else
   */
  public Optional<List<String>> texts(String name, int most) {
    return find(name)
        .map(
            value -> {
              if (!value.isArray() || !value.valueStream().allMatch(JsonNode::isString)) {
                throw wrongType(name, "an array of strings", value);
              }
              if (value.isEmpty() || value.size() > most) {
                throw RequestException.invalid(
                    "invalid_value",
                    at(name),
                    "Invalid value for '%s': expected 1 to %d strings, got %d."
                        .formatted(at(name), most, value.size()));
              }
              return value.valueStream().map(JsonNode::stringValue).toList();
            });
  }

  /**
   * An object.
   *
   * @throws RequestException with status 400 if it is something else
   */
  public Optional<Members> object(String name) {
    return find(name)
        .map(
            value -> {
              if (!value.isObject()) {
                throw wrongType(name, "an object", value);
              }
              return new Members(at(name) + ".", value);
            });
  }

  /** The object itself. */
  public JsonNode tree() {
    return object;
  }

  /** The names of all members that are there. */
  public Collection<String> names() {
    return object.propertyNames();
  }

  /**
   * A list of objects, each with its own place.
   *
   * @throws RequestException with status 400 if it is something else
   */
  public Optional<List<Members>> objects(String name) {
    return find(name)
        .map(
            value -> {
              if (!value.isArray()) {
                throw wrongType(name, "an array of objects", value);
              }
              List<Members> objects = new ArrayList<>();
              for (JsonNode element : value) {
                String place = "%s[%d]".formatted(at(name), objects.size());
                if (!element.isObject()) {
                  throw wrongType("%s[%d]".formatted(name, objects.size()), "an object", element);
                }
                objects.add(new Members(place + ".", element));
              }
              return objects;
            });
  }

  /**
   * Refuses every member that was not asked for.
   *
   * @throws RequestException with status 400 if there is one
   */
  public void refuseOthers() {
    for (String name : new TreeSet<>(names())) {
      if (!known.contains(name)) {
        throw RequestException.invalid(
            "unknown_parameter", at(name), "Unknown parameter: '%s'.".formatted(at(name)));
      }
    }
  }

  private RequestException wrongType(String name, String expected, JsonNode value) {
    return RequestException.invalid(
        "invalid_type",
        at(name),
        "Invalid type for '%s': expected %s, got %s.".formatted(at(name), expected, kind(value)));
  }

  private RequestException outOfRange(String name, String expected, JsonNode value) {
    return RequestException.invalid(
        "invalid_value",
        at(name),
        "Invalid value for '%s': expected %s, got %s."
            .formatted(at(name), expected, shortened(value.asString())));
  }

  private static String shortened(String number) {
    return number.length() <= MAX_SHOWN ? number : number.substring(0, MAX_SHOWN) + "…";
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> "a number";
      case STRING -> "a string";
      case BOOLEAN -> "a boolean";
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      default -> value.getNodeType().name().toLowerCase(Locale.ROOT);
    };
  }
}
