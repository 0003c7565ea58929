package io.tiltmeter.gateway.attestation;

import io.tiltmeter.gateway.secretfile.SecretFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;

/**
 * The Ed25519 key (RFC 8032) that an installation signs with.
 *
 * <p>The private file holds both halves, so that one rename brings both and the public file can
 * always be written again.
 */
public final class SigningKey {
  private static final String LABEL = "PRIVATE KEY";
  private static final String PRIVATE = "attestation.key.pem";
  private static final String PUBLIC = "attestation.pub.pem";
  private static final String ALGORITHM = "Ed25519";

  private final PrivateKey key;
  private final VerificationKey publicKey;

  private SigningKey(PrivateKey key, VerificationKey publicKey) {
    this.key = key;
    this.publicKey = publicKey;
  }

  /**
   * Loads the key of a home directory, {@code keys/attestation.key.pem}, and makes it at first use;
   * writes {@code keys/attestation.pub.pem} beside it.
   *
   * @throws KeyException if others may read the private file, or it holds no such key
   */
  public static SigningKey open(Path home) {
    Path keys = home.resolve("keys");
    try {
      Path file = keys.resolve(PRIVATE);
      Files.createDirectories(keys);
      if (!Files.exists(file)) {
        create(file);
      }
      SigningKey key = load(file);
      publish(keys.resolve(PUBLIC), key.publicKey.pem());
      return key;
    } catch (IOException e) {
      throw new KeyException(
          "%s: the signing key cannot be read or made (%s); check space and permissions"
              .formatted(keys, e.getClass().getSimpleName()),
          e);
    }
  }

  private static void create(Path file) throws IOException {
    KeyPair pair = generate();
    SecretFile.create(
        file,
        Pem.encode(pair.getPrivate().getEncoded(), LABEL)
            + Pem.encode(pair.getPublic().getEncoded(), VerificationKey.LABEL));
  }

  private static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has Ed25519", e);
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.US_ASCII);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void publish(Path file, String pem) throws IOException {
    if (!Files.exists(file) || !Files.readString(file, StandardCharsets.ISO_8859_1).equals(pem)) {
      write(file, pem);
    }
  }

  private static SigningKey load(Path file) throws IOException {
    if (!SecretFile.isOwnersOnly(file)) {
      throw new KeyException(
          file + ": expected a key that only its owner can read; chmod 600, or make a new one");
    }
    String pem = Files.readString(file, StandardCharsets.ISO_8859_1);
    SigningKey key = new SigningKey(privateKey(pem, file), publicKey(pem, file));
    key.requirePair(file);
    return key;
  }

  private static PrivateKey privateKey(String pem, Path file) {
    byte[] der =
        Pem.decode(pem, LABEL)
            .orElseThrow(
                () ->
                    new KeyException(
                        file + ": expected a block \"BEGIN PRIVATE KEY\" (PKCS#8), found none"));
    try {
      return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (InvalidKeySpecException e) {
      throw new KeyException(file + ": expected an Ed25519 private key, found another", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has Ed25519", e);
    }
  }

  private static VerificationKey publicKey(String pem, Path file) {
    return VerificationKey.parse(pem, file.toString());
  }

  private void requirePair(Path file) {
    byte[] probe = file.toString().getBytes(StandardCharsets.UTF_8);
    if (!publicKey.verifies(probe, sign(probe))) {
      throw new KeyException(
          file + ": the public key in it does not belong to the private one; restore the file");
    }
  }

  /** The public half. */
  public VerificationKey publicKey() {
    return publicKey;
  }

  byte[] sign(byte[] message) {
    try {
      Signature signer = Signature.getInstance(ALGORITHM);
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an Ed25519 key signs any message", e);
    }
  }
}
