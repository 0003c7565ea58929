package io.tiltmeter.gateway.http;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The decoded query of a request; a parameter given twice counts once, and unknown ones nothing.
 */
public final class Query {
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,9}");

  private final MultiMap parameters;

  private Query(MultiMap parameters) {
    this.parameters = parameters;
  }

  public static Query of(RoutingContext context) {
    return new Query(context.queryParams());
  }

  /** A parameter as text. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(parameters.get(name)).map(Text::storable);
  }

  /**
   * How many items are wanted.
   *
   * @throws RequestException with status 400 if that is no number from 1 to {@code most}
   */
  public int limit(int byDefault, int most) {
    return text("limit").map(text -> limit(text, most)).orElse(byDefault);
  }

  private static int limit(String text, int most) {
    int limit = COUNT.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > most) {
      throw RequestException.invalid(
          "invalid_value",
          "limit",
          "Invalid value for 'limit': expected a whole number from 1 to %d.".formatted(most));
    }
    return limit;
  }

  /** The entries written {@code name[key]=value}. */
  public Map<String, String> entries(String name) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (Map.Entry<String, String> parameter : parameters) {
      String key = parameter.getKey();
      if (key.startsWith(name + "[") && key.endsWith("]")) {
        entries.putIfAbsent(
            Text.storable(key.substring(name.length() + 1, key.length() - 1)),
            Text.storable(parameter.getValue()));
      }
    }
    return entries;
  }
}
