package io.tiltmeter.gateway.attestation;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Textual encoding of keys, RFC 7468. */
final class Pem {
  private static final int LINE = 64;

  private Pem() {}

  /** The bytes of the first block with this label; empty if there is none that is well formed. */
  static Optional<byte[]> decode(String text, String label) {
    Pattern block =
        Pattern.compile(
            "-----BEGIN %1$s-----([A-Za-z0-9+/=\\s]*)-----END %1$s-----"
                .formatted(Pattern.quote(label)));
    Matcher matcher = block.matcher(text);
    if (!matcher.find()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getDecoder().decode(matcher.group(1).replaceAll("\\s", "")));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  static String encode(byte[] der, String label) {
    Base64.Encoder lines = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, lines.encodeToString(der));
  }
}
