package io.tiltmeter.gateway.attestation;

import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;

/**
 * A public key that signatures are checked with: Ed25519 (RFC 8032) or ECDSA over P-256 with
 * SHA-256 (FIPS 186-5).
 */
public final class VerificationKey {
  static final String LABEL = "PUBLIC KEY";

  /** Length of an ECDSA P-256 signature as the two raw numbers (IEEE P1363); DER is never so. */
  private static final int RAW_SIGNATURE = 64;

  private static final long MAX_FILE_BYTES = 64 << 10;

  private final PublicKey key;

  private VerificationKey(PublicKey key) {
    this.key = key;
  }

  /**
   * Reads a PEM file that holds a {@code PUBLIC KEY} block.
   *
   * @throws KeyException if it cannot be read or holds no such key
   */
  public static VerificationKey read(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new KeyException(file + ": expected a public key in PEM, found a large file");
      }
      return parse(
          new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1), file.toString());
    } catch (NoSuchFileException e) {
      throw new KeyException(file + ": expected a public key in PEM, found nothing", e);
    } catch (IOException e) {
      throw new KeyException(
          "%s: expected a readable public key in PEM, found %s"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  /**
   * Reads PEM text.
   *
   * @param place what the text is, for the message
   * @throws KeyException if it holds no usable key
   */
  static VerificationKey parse(String pem, String place) {
    byte[] der =
        Pem.decode(pem, LABEL)
            .orElseThrow(
                () ->
                    new KeyException(
                        place
                            + ": expected a block \"BEGIN PUBLIC KEY\", found none; make one with"
                            + " openssl pkey -pubout"));
    return new VerificationKey(key(der, place));
  }

  private static PublicKey key(byte[] der, String place) {
    for (String algorithm : new String[] {"Ed25519", "EC"}) {
      try {
        PublicKey key =
            KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
        if (key instanceof EdECPublicKey || (key instanceof ECPublicKey ec && isP256(ec))) {
          return key;
        }
      } catch (InvalidKeySpecException _) {
        // Not of this algorithm; the next one may fit.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has " + algorithm, e);
      }
    }
    throw new KeyException(place + ": expected an Ed25519 or ECDSA P-256 key, found another");
  }

  private static boolean isP256(ECPublicKey key) throws GeneralSecurityException {
    AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
    named.init(new ECGenParameterSpec("secp256r1"));
    ECParameterSpec p256 = named.getParameterSpec(ECParameterSpec.class);
    return key.getParams().getCurve().equals(p256.getCurve())
        && key.getParams().getGenerator().equals(p256.getGenerator())
        && key.getParams().getOrder().equals(p256.getOrder());
  }

  /** SHA-256 of the key's SubjectPublicKeyInfo, 64 hexadecimal digits. */
  public String id() {
    return Digest.of(key.getEncoded()).hex();
  }

  /** The key in PEM. */
  public String pem() {
    return Pem.encode(key.getEncoded(), LABEL);
  }

  /** Whether this signature was made over this message with the private half. */
  boolean verifies(byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(algorithm(signature));
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException _) {
      // A signature of the wrong form is a wrong signature.
      return false;
    }
  }

  private String algorithm(byte[] signature) {
    if (key instanceof EdECPublicKey) {
      return "Ed25519";
    }
    return signature.length == RAW_SIGNATURE ? "SHA256withECDSAinP1363Format" : "SHA256withECDSA";
  }
}
