package io.tiltmeter.gateway.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeyTest {
  @TempDir Path home;
  private Path file;
  private Path publicFile;

  @BeforeEach
  void nameFiles() {
    file = home.resolve("keys/attestation.key.pem");
    publicFile = home.resolve("keys/attestation.pub.pem");
  }

  @Test
  void open_firstTime_makesAKeyOnlyItsOwnerCanRead() throws IOException {
    SigningKey key = SigningKey.open(home);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(file).content().startsWith("-----BEGIN PRIVATE KEY-----\n");
    assertThat(VerificationKey.read(publicFile).id()).isEqualTo(key.publicKey().id());
    try (Stream<Path> files = Files.list(home.resolve("keys"))) {
      assertThat(files).containsExactlyInAnyOrder(file, publicFile);
    }
  }

  @Test
  void open_again_isTheSameKeyAndWritesTheLostPublicFile() throws IOException {
    String id = SigningKey.open(home).publicKey().id();
    Files.delete(publicFile);
    assertThat(SigningKey.open(home).publicKey().id()).isEqualTo(id).hasSize(64);
    assertThat(VerificationKey.read(publicFile).id()).isEqualTo(id);
  }

  @Test
  void open_readableByOthers_isRefused() throws IOException {
    SigningKey.open(home);
    for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      refused(": expected a key that only its owner can read; chmod 600, or make a new one");
    }
  }

  @Test
  void open_brokenFile_saysWhatIsMissing() throws IOException {
    SigningKey.open(home);
    String pem = Files.readString(file);
    int end = pem.indexOf("-----BEGIN PUBLIC");
    Files.writeString(file, "");
    refused(": expected a block \"BEGIN PRIVATE KEY\" (PKCS#8), found none");
    Files.writeString(file, pem.substring(0, end));
    refused(
        ": expected a block \"BEGIN PUBLIC KEY\", found none; make one with openssl pkey -pubout");
  }

  @Test
  void open_halvesOfTwoKeys_areRefused(@TempDir Path other) throws IOException {
    SigningKey.open(home);
    SigningKey.open(other);
    String pem = Files.readString(file);
    int end = pem.indexOf("-----BEGIN PUBLIC");
    Files.writeString(
        file, pem.substring(0, end) + Files.readString(other.resolve("keys/attestation.pub.pem")));
    refused(": the public key in it does not belong to the private one; restore the file");
  }

  @Test
  void read_notAPublicKey_saysExpectedAndFound() throws IOException, GeneralSecurityException {
    Path key = home.resolve("key.pem");
    unreadable(key, ": expected a public key in PEM, found nothing");
    Files.writeString(key, "hello");
    unreadable(
        key,
        ": expected a block \"BEGIN PUBLIC KEY\", found none; make one with openssl pkey -pubout");
    Files.writeString(key, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
    unreadable(key, ": expected an Ed25519 or ECDSA P-256 key, found another");
    KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
    p384.initialize(new ECGenParameterSpec("secp384r1"));
    for (KeyPairGenerator generator :
        List.of(p384, KeyPairGenerator.getInstance("Ed448"), KeyPairGenerator.getInstance("RSA"))) {
      byte[] der = generator.generateKeyPair().getPublic().getEncoded();
      Files.writeString(key, Pem.encode(der, "PUBLIC KEY"));
      unreadable(key, ": expected an Ed25519 or ECDSA P-256 key, found another");
    }
  }

  private void refused(String message) {
    assertThatThrownBy(() -> SigningKey.open(home))
        .isInstanceOf(KeyException.class)
        .hasMessage(file + message);
  }

  private static void unreadable(Path key, String message) {
    assertThatThrownBy(() -> VerificationKey.read(key))
        .isInstanceOf(KeyException.class)
        .hasMessage(key + message);
  }
}
