package io.tiltmeter.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadFolderTest {
  @TempDir private Path parent;

  @Test
  void close_leavesNothing() throws IOException {
    try (DownloadFolder folder = DownloadFolder.create(parent)) {
      Files.writeString(folder.path().resolve("model.safetensors"), "x");
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void create_removesWhatAKilledProcessLeft_andNothingOfALivingOne() throws IOException {
    Path left = Files.createDirectory(parent.resolve("fetch-1"));
    Files.createFile(left.resolve("owner.lock"));
    Files.writeString(left.resolve("model.safetensors"), "x");
    try (DownloadFolder living = DownloadFolder.create(parent)) {
      Path file = Files.writeString(living.path().resolve("config.json"), "{}");
      assertThat(left).doesNotExist();
      try (DownloadFolder second = DownloadFolder.create(parent)) {
        assertThat(second.path()).isNotEqualTo(living.path());
      }
      assertThat(file).exists();
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void create_whereThereIsNoFolder_saysSo() {
    assertThatThrownBy(() -> DownloadFolder.create(parent.resolve("none")))
        .isInstanceOf(HubException.class)
        .hasMessageStartingWith(parent.resolve("none") + ": no folder can be made here");
  }
}
