package io.tiltmeter.gateway.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that an endpoint knows messages by, as Standard Webhooks 1.0.0 has it: {@code whsec_}
 * and the Base64 of 24 to 64 random bytes.
 */
final class SigningSecret {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String PREFIX = "whsec_";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 32;
  private static final int HINT_LETTERS = 4;

  private final byte[] key;

  private SigningSecret(byte[] key) {
    this.key = key;
  }

  static SigningSecret create() {
    byte[] key = new byte[BYTES];
    RANDOM.nextBytes(key);
    return new SigningSecret(key);
  }

  /** The secret of this text, which this class has written. */
  static SigningSecret parse(String text) {
    return new SigningSecret(Base64.getDecoder().decode(text.substring(PREFIX.length())));
  }

  /** The secret itself; to be shown once. */
  String text() {
    return PREFIX + Base64.getEncoder().encodeToString(key);
  }

  /** As much of it as helps to tell it from others. */
  String hint() {
    String text = text();
    return PREFIX + "…" + text.substring(text.length() - HINT_LETTERS);
  }

  /**
   * A signature for the header {@code webhook-signature}: {@code v1,} and the Base64 of
   * HMAC-SHA-256 over {@code id.timestamp.body}, the timestamp in Unix seconds.
   */
  String sign(String id, Instant at, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update("%s.%d.".formatted(id, at.getEpochSecond()).getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return hint();
  }
}
