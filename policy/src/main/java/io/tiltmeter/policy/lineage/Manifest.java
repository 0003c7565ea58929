package io.tiltmeter.policy.lineage;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The exact set of files that an artifact is made of: one more, one less or another byte is another
 * artifact.
 *
 * @param files sorted by path (UTF-16 code units), each path once
 */
public record Manifest(List<PinnedFile> files) {

  public Manifest {
    files = files.stream().sorted(Comparator.comparing(PinnedFile::path)).toList();
    for (int i = 1; i < files.size(); i++) {
      if (files.get(i).path().equals(files.get(i - 1).path())) {
        throw new IllegalArgumentException(
            "manifest names \"%s\" twice, expected each path once".formatted(files.get(i).path()));
      }
    }
  }

  /** SHA-256 over the RFC 8785 canonical JSON of {@link #tree()}. */
  public Digest digest() {
    return Digest.of(CanonicalJson.of(tree()));
  }

  /**
   * The list that the digest is taken over: objects with members {@code path}, {@code size} and
   * {@code digest}.
   */
  public List<Map<String, Object>> tree() {
    return files.stream()
        .map(
            file ->
                Map.<String, Object>of(
                    "path", file.path(),
                    "size", file.size(),
                    "digest", file.digest().toString()))
        .toList();
  }

  /** The file at this path, if the manifest names it. */
  public Optional<PinnedFile> find(String path) {
    return files.stream().filter(file -> file.path().equals(path)).findFirst();
  }

  /** Bytes of all files together. */
  public long bytes() {
    return files.stream().mapToLong(PinnedFile::size).reduce(0, Math::addExact);
  }
}
