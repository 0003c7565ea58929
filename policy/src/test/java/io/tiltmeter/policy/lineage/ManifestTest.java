package io.tiltmeter.policy.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final PinnedFile A = new PinnedFile("a.json", 3, Digest.of("abc"));
  private static final PinnedFile B = new PinnedFile("b/c.json", 0, Digest.of(""));

  @Test
  void digest_anyOrder_isOverTheSortedCanonicalList() {
    String canonical =
        """
        [{"digest":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",\
        "path":"a.json","size":3},\
        {"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",\
        "path":"b/c.json","size":0}]""";
    assertThat(new Manifest(List.of(B, A)).digest()).isEqualTo(Digest.of(canonical));
    assertThat(new Manifest(List.of(A, B)).digest()).isEqualTo(Digest.of(canonical));
  }

  @Test
  void manifest_pathTwice_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Manifest(List.of(A, A)))
        .withMessage("manifest names \"a.json\" twice, expected each path once");
  }

  @Test
  void find_path_isExact() {
    Manifest manifest = new Manifest(List.of(A, B));
    assertThat(manifest.find("a.json")).contains(A);
    assertThat(manifest.find("A.json")).isEmpty();
    assertThat(manifest.bytes()).isEqualTo(3);
  }

  @Test
  void pinnedFile_pathThatLeavesItsFolder_isRefused() {
    for (String path :
        List.of("", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.", "a\\b", "a\nb", "\0")) {
      assertThatIllegalArgumentException()
          .as(path)
          .isThrownBy(() -> new PinnedFile(path, 0, A.digest()));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PinnedFile("a".repeat(256), 0, A.digest()))
        .withMessage(
            "pinned file needs a relative path of at most 255 characters without \"..\", got 256"
                + " characters");
    assertThat(new PinnedFile("..a/b..", 0, A.digest()).path()).isEqualTo("..a/b..");
  }

  @Test
  void pinnedFile_negativeSize_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PinnedFile("a", -1, A.digest()))
        .withMessage("pinned file \"a\" needs a size of at least 0, got -1");
  }
}
