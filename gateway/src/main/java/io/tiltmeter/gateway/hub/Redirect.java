package io.tiltmeter.gateway.hub;

import java.net.URI;
import java.util.Locale;

/** Where answers may send a client. */
final class Redirect {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private Redirect() {}

  /**
   * The address that a redirect names.
   *
   * @param location absolute or relative to where the redirect came from
   * @throws HubException if it is no web address, or would leave encryption behind
   */
  static URI target(URI from, String location) {
    URI target;
    try {
      target = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new HubException("%s redirects to what is no address".formatted(shown(from)), e);
    }
    if (location.isBlank() || !HubSettings.isWeb(target)) {
      throw new HubException(
          "%s redirects to what is no http or https address".formatted(shown(from)));
    }
    if (isEncrypted(from) && !isEncrypted(target)) {
      throw new HubException(
          "%s redirects from https to http; expected https".formatted(shown(from)));
    }
    return target;
  }

  /** Whether a secret of one address may be shown to the other. */
  static boolean sameOrigin(URI one, URI other) {
    return isEncrypted(one) == isEncrypted(other)
        && one.getHost().equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  /** Without the query, which may be a signature that lets anybody in. */
  static String shown(URI address) {
    return "%s://%s%s".formatted(address.getScheme(), address.getAuthority(), address.getPath());
  }

  private static boolean isEncrypted(URI address) {
    return address.getScheme().toLowerCase(Locale.ROOT).equals("https");
  }

  private static int port(URI address) {
    if (address.getPort() >= 0) {
      return address.getPort();
    }
    return isEncrypted(address) ? HTTPS : HTTP;
  }
}
