package io.tiltmeter.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretBoxTest {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("webhooks.key");
  }

  @Test
  void unseal_withTheSameKeyFile_givesTheSecret() throws IOException {
    SigningSecret secret = SigningSecret.create();
    String sealed = SecretBox.open(file()).seal("whep_1", secret);

    assertThat(SecretBox.open(file()).unseal("whep_1", sealed).text()).isEqualTo(secret.text());
    assertThat(sealed).doesNotContain(secret.text().substring(6));
    assertThat(Files.getPosixFilePermissions(file()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void seal_ofOneSecretTwice_neverLooksTheSame() {
    SecretBox box = SecretBox.open(file());
    SigningSecret secret = SigningSecret.create();

    assertThat(box.seal("whep_1", secret)).isNotEqualTo(box.seal("whep_1", secret));
  }

  @Test
  void unseal_forAnotherEndpointOrWithAnotherKey_isRefused() {
    SecretBox box = SecretBox.open(file());
    String sealed = box.seal("whep_1", SigningSecret.create());

    assertThatThrownBy(() -> box.unseal("whep_2", sealed))
        .isInstanceOf(SecretKeyException.class)
        .hasMessage(
            "the secret of webhook endpoint whep_2 cannot be read with this home's key; rotate it");
    assertThatThrownBy(() -> SecretBox.open(folder.resolve("other.key")).unseal("whep_1", sealed))
        .isInstanceOf(SecretKeyException.class);
  }

  @Test
  void open_ofAFileThatOthersMayRead_isRefused() throws IOException {
    SecretBox.open(file());
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> SecretBox.open(file()))
        .isInstanceOf(SecretKeyException.class)
        .hasMessage(file() + ": expected a key that only its owner can read; chmod 600");
  }

  @Test
  void open_ofAFileWithoutAKey_saysWhatIsExpected() throws IOException {
    SecretBox.open(file());
    Files.writeString(file(), "no key");

    assertThatThrownBy(() -> SecretBox.open(file()))
        .isInstanceOf(SecretKeyException.class)
        .hasMessage(file() + ": expected 32 bytes in Base64, found 0; restore the file");
  }
}
