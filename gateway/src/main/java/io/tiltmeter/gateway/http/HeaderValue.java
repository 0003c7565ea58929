package io.tiltmeter.gateway.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A header's value and its parameters: {@code form-data; name="file"} (RFC 9110, 5.6.6).
 *
 * @param value in lower case
 * @param parameters by name in lower case; of a name given twice the first
 */
record HeaderValue(String value, Map<String, String> parameters) {
  private static final Pattern PARAMETER =
      Pattern.compile(";\\s*([^\\s=;\"]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s;\"]*))");
  private static final Pattern ESCAPE = Pattern.compile("\\\\([\"\\\\])");

  HeaderValue {
    parameters = Map.copyOf(parameters);
  }

  static HeaderValue parse(String text) {
    int end = text.indexOf(';');
    String value = (end < 0 ? text : text.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    Map<String, String> parameters = new HashMap<>();
    Matcher matcher = PARAMETER.matcher(end < 0 ? "" : text.substring(end));
    while (matcher.find()) {
      String content = matcher.group(2) == null ? matcher.group(3) : unescape(matcher.group(2));
      parameters.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), content);
    }
    return new HeaderValue(value, parameters);
  }

  /** Quoted pairs, and the one escape that browsers and SDKs write into file names. */
  private static String unescape(String quoted) {
    return ESCAPE.matcher(quoted).replaceAll("$1").replace("%22", "\"");
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }
}
