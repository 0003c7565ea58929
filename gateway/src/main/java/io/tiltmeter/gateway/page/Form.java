package io.tiltmeter.gateway.page;

import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The fields of a submitted form, {@code application/x-www-form-urlencoded}. */
final class Form {
  /** Room for the longest reason with every character escaped. */
  private static final int MAX_BYTES = 64 << 10;

  private final Map<String, String> fields;

  private Form(Map<String, String> fields) {
    this.fields = fields;
  }

  /**
   * Reads the body.
   *
   * @throws RequestException with status 413 if it is too large, 400 if it is no form
   */
  static Form read(RoutingContext context) {
    String body = new String(RequestBody.read(context, MAX_BYTES), StandardCharsets.UTF_8);
    Map<String, String> fields = new HashMap<>();
    for (String pair : body.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        fields.putIfAbsent(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    return new Form(fields);
  }

  private static String decode(String text) {
    try {
      String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
      if (decoded.indexOf('\0') < 0) {
        return decoded.replace("\r\n", "\n");
      }
    } catch (IllegalArgumentException _) {
      // A broken escape is as wrong as a character that no form needs.
    }
    throw RequestException.invalid(
        "invalid_form", null, "The form could not be read; load the page again and resend it.");
  }

  /** A field; empty if it was not sent. */
  String field(String name) {
    return fields.getOrDefault(name, "");
  }
}
