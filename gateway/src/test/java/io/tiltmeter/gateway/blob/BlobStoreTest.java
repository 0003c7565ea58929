package io.tiltmeter.gateway.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.policy.lineage.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {
  @TempDir Path root;

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Blob keep(BlobStore store, String... pieces) throws IOException {
    try (Incoming incoming = store.receive()) {
      for (String piece : pieces) {
        incoming.write(bytes(piece));
      }
      Blob blob = incoming.finish();
      incoming.keep();
      return blob;
    }
  }

  @Test
  void keep_ofPieces_putsThemWhereTheirDigestSays() throws IOException {
    BlobStore store = BlobStore.open(root);

    Blob blob = keep(store, "ab", "", "c");

    assertThat(blob).isEqualTo(new Blob(Digest.of("abc"), 3));
    assertThat(store.path(blob.digest()))
        .hasContent("abc")
        .isEqualTo(root.resolve("sha256/ba").resolve(Digest.of("abc").hex()));
    assertThat(store.size(blob.digest())).isEqualTo(3);
    assertThat(root.resolve("incoming")).isEmptyDirectory();
  }

  @Test
  void keep_ofLargePiecesAndSmallOnesBetween_keepsEveryByte() throws IOException {
    byte[] large = new byte[1 << 20];
    new Random(1).nextBytes(large);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    BlobStore store = BlobStore.open(root);

    try (Incoming incoming = store.receive()) {
      for (int length : new int[] {1 << 20, 1 << 20, 7, 1 << 20, 4089, 1 << 20, 5000}) {
        incoming.write(ByteBuffer.wrap(large, 0, length));
        expected.write(large, 0, length);
      }
      Blob blob = incoming.finish();
      incoming.keep();

      assertThat(blob).isEqualTo(new Blob(Digest.of(expected.toByteArray()), expected.size()));
      assertThat(store.path(blob.digest())).hasBinaryContent(expected.toByteArray());
    }
  }

  @Test
  void keep_ofTheSameBytesAgain_keepsThemOnce() throws IOException {
    BlobStore store = BlobStore.open(root);
    Blob blob = keep(store, "abc");

    assertThat(keep(store, "abc")).isEqualTo(blob);
    assertThat(store.delete(blob.digest())).isTrue();
    assertThat(store.holds(blob.digest())).isFalse();
    assertThat(store.delete(blob.digest())).isFalse();
  }

  @Test
  void delete_ofABlobThatWorkIsDoneOn_takesWhatTheWorkKept() throws IOException {
    BlobStore store = BlobStore.open(root);
    Blob blob = keep(store, "abc");
    Path work = Files.createDirectory(store.work(blob.digest()));
    Files.writeString(work.resolve("pass-1"), "a");

    assertThat(BlobStore.open(root).work(blob.digest())).isDirectory();
    assertThat(store.delete(blob.digest())).isTrue();
    assertThat(work).doesNotExist();
  }

  @Test
  void open_afterWorkOutlivedItsBlob_removesWhatItKept() throws IOException {
    BlobStore store = BlobStore.open(root);
    Blob blob = keep(store, "abc");
    store.delete(blob.digest());
    Path work = Files.createDirectory(store.work(blob.digest()));
    Files.writeString(work.resolve("pass-1"), "a");

    BlobStore.open(root);

    assertThat(work).doesNotExist();
  }

  @Test
  void close_beforeKeep_leavesNothing() throws IOException {
    BlobStore store = BlobStore.open(root);
    try (Incoming incoming = store.receive()) {
      incoming.write(bytes("abc"));
      incoming.finish();
    }

    assertThat(root.resolve("incoming")).isEmptyDirectory();
    assertThat(store.holds(Digest.of("abc"))).isFalse();
  }

  @Test
  void open_afterACrash_removesWhatWasStillArriving() throws IOException {
    BlobStore store = BlobStore.open(root);
    Blob kept = keep(store, "abc");
    Files.writeString(root.resolve("incoming/in-1"), "half");

    assertThat(BlobStore.open(root).holds(kept.digest())).isTrue();
    assertThat(root.resolve("incoming")).isEmptyDirectory();
  }

  @Test
  void keep_beforeFinish_isRefused() throws IOException {
    try (Incoming incoming = BlobStore.open(root).receive()) {
      assertThatThrownBy(incoming::keep)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("only a finished blob can be kept; call finish() first");
    }
  }

  static boolean hasFullDevice() {
    return Files.exists(FullDisk.DEVICE);
  }

  @Test
  @EnabledIf("hasFullDevice")
  void write_toAFullDisk_saysSoAndLeavesNothing() throws IOException {
    BlobStore full = FullDisk.store(root);

    try (Incoming incoming = full.receive()) {
      assertThatThrownBy(() -> incoming.write(bytes("abc")))
          .isInstanceOf(StorageFullException.class)
          .hasMessage("there is no room left where blobs are kept; make room and try again");
    }
    assertThat(root.resolve("incoming")).isEmptyDirectory();
  }
}
