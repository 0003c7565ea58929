package io.tiltmeter.gateway.hub;

import io.tiltmeter.gateway.sourcefile.Words;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which hub is asked, as whom, and how patiently.
 *
 * @param address {@code http} or {@code https}, without a slash at its end
 * @param token sent to this address only
 * @param patience longest silence of a connection
 * @param pause before a second try; grows with every further one
 * @param attempts tries for one file, at least 1
 */
public record HubSettings(
    URI address, @Nullable HubToken token, Duration patience, Duration pause, int attempts) {
  static final String TOKEN = "HF_TOKEN";

  private static final String ADDRESS = "TILTMETER_HUB_URL";
  private static final String USUAL_ADDRESS = "HF_ENDPOINT";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int ATTEMPTS = 5;

  /**
   * What the command line, else the environment, else the configuration says.
   *
   * @param option address on the command line
   * @param configured address in the configuration
   * @throws HubException if nobody names a hub, or what is named is no address
   */
  public static HubSettings choose(
      @Nullable String option, Map<String, String> environment, @Nullable String configured) {
    if (option != null) {
      return of(option, "--hub", environment);
    }
    for (String variable : new String[] {ADDRESS, USUAL_ADDRESS}) {
      String named = environment.getOrDefault(variable, "");
      if (!named.isBlank()) {
        return of(named, variable, environment);
      }
    }
    if (configured != null) {
      return of(configured, "hub.url", environment);
    }
    throw new HubException(
        "expected the address of a hub, found none; give --hub URL, set %s or %s, or put hub.url into the configuration"
            .formatted(ADDRESS, USUAL_ADDRESS));
  }

  private static HubSettings of(String address, String origin, Map<String, String> environment) {
    String token = environment.getOrDefault(TOKEN, "").strip();
    return new HubSettings(
        address(address, origin),
        token.isEmpty() ? null : new HubToken(token),
        PATIENCE,
        PAUSE,
        ATTEMPTS);
  }

  private static URI address(String text, String origin) {
    try {
      URI address = new URI(text.strip().replaceAll("/+$", ""));
      if (isWeb(address) && address.getQuery() == null && address.getFragment() == null) {
        return address;
      }
    } catch (java.net.URISyntaxException e) {
      throw new HubException(unfit(origin, text), e);
    }
    throw new HubException(unfit(origin, text));
  }

  /** Whether this can be asked over HTTP and holds no credentials. */
  static boolean isWeb(URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    return Set.of("http", "https").contains(scheme)
        && address.getHost() != null
        && address.getUserInfo() == null;
  }

  /** Does not show what holds a password. */
  private static String unfit(String origin, String text) {
    return "expected %s to be an http or https address without user, query and fragment%s"
        .formatted(origin, text.contains("@") ? "" : ", found " + Words.quote(text));
  }
}
