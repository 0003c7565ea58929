package io.tiltmeter.evaluator.remote;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where one model can be asked.
 *
 * @param url of the API, such as {@code http://localhost:8000/v1}
 * @param model the server's name for it
 * @param key sent as a bearer token; null where the server wants none
 */
public record Endpoint(URI url, String model, @Nullable String key) {
  private static final Set<String> SCHEMES = Set.of("http", "https");

  /**
   * Checks the address.
   *
   * @throws IllegalArgumentException if it is no plain HTTP address
   */
  public Endpoint {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    if (!SCHEMES.contains(scheme) || url.getHost() == null || url.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "expected an address such as http://localhost:8000/v1, without a user, found \"%s\""
              .formatted(url));
    }
  }

  URI completions() {
    String base = url.toString();
    return URI.create((base.endsWith("/") ? base : base + "/") + "chat/completions");
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "%s at %s".formatted(model, url);
  }
}
