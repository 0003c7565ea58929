package io.tiltmeter.gateway.hub;

import java.util.regex.Pattern;

/** What a hub knows a person by; shows itself to nobody. */
record HubToken(String secret) {
  private static final Pattern PLAIN = Pattern.compile("[!-~]+");

  HubToken {
    if (!PLAIN.matcher(secret).matches()) {
      throw new HubException(
          "expected %s to hold printable ASCII without spaces, found something else; set it again"
              .formatted(HubSettings.TOKEN));
    }
  }

  String header() {
    return "Bearer " + secret;
  }

  @Override
  public String toString() {
    return "***";
  }
}
