package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.secretfile.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts the secrets of endpoints for the database, which alone is of no use to a thief.
 *
 * <p>AES-256 in Galois/counter mode (NIST SP 800-38D) with a random nonce of 96 bits and a tag of
 * 128; the endpoint's id is authenticated, so that no row's secret can be put into another.
 */
public final class SecretBox {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ALGORITHM = "AES";
  private static final String MODE = "AES/GCM/NoPadding";
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;

  private SecretBox(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /**
   * The box whose key is in this file, in Base64; the key is made at first use.
   *
   * @throws SecretKeyException if others may read the file, or it holds no such key
   * @throws UncheckedIOException if it can be neither read nor made
   */
  public static SecretBox open(Path file) {
    try {
      if (!Files.exists(file)) {
        byte[] fresh = new byte[KEY_BYTES];
        RANDOM.nextBytes(fresh);
        SecretFile.create(file, Base64.getEncoder().encodeToString(fresh));
      }
      if (!SecretFile.isOwnersOnly(file)) {
        throw new SecretKeyException(
            file + ": expected a key that only its owner can read; chmod 600");
      }
      return new SecretBox(
          decode(file, Files.readString(file, StandardCharsets.ISO_8859_1).strip()));
    } catch (IOException e) {
      throw new UncheckedIOException("the key of webhook secrets cannot be kept at " + file, e);
    }
  }

  private static byte[] decode(Path file, String text) {
    byte[] key = new byte[0];
    try {
      key = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException _) {
      // It has no bytes then, which is told below.
    }
    if (key.length != KEY_BYTES) {
      throw new SecretKeyException(
          "%s: expected %d bytes in Base64, found %d; restore the file"
              .formatted(file, KEY_BYTES, key.length));
    }
    return key;
  }

  /** Encrypts an endpoint's secret. */
  String seal(String endpointId, SigningSecret secret) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    byte[] sealed =
        run(
            Cipher.ENCRYPT_MODE,
            nonce,
            endpointId,
            secret.text().getBytes(StandardCharsets.US_ASCII));
    byte[] whole = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
    System.arraycopy(sealed, 0, whole, NONCE_BYTES, sealed.length);
    return Base64.getEncoder().encodeToString(whole);
  }

  /**
   * Decrypts an endpoint's secret.
   *
   * @throws SecretKeyException if it was encrypted with another key or for another endpoint
   */
  SigningSecret unseal(String endpointId, String sealed) {
    byte[] whole = Base64.getDecoder().decode(sealed);
    byte[] nonce = Arrays.copyOf(whole, NONCE_BYTES);
    byte[] text =
        run(
            Cipher.DECRYPT_MODE,
            nonce,
            endpointId,
            Arrays.copyOfRange(whole, NONCE_BYTES, whole.length));
    return SigningSecret.parse(new String(text, StandardCharsets.US_ASCII));
  }

  private byte[] run(int mode, byte[] nonce, String endpointId, byte[] input) {
    try {
      Cipher cipher = Cipher.getInstance(MODE);
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(endpointId.getBytes(StandardCharsets.US_ASCII));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new SecretKeyException(
          "the secret of webhook endpoint %s cannot be read with this home's key; rotate it"
              .formatted(endpointId));
    }
  }
}
