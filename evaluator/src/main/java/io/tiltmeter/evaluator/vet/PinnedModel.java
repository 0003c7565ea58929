package io.tiltmeter.evaluator.vet;

import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares the bytes of a folder with what they were pinned as; blocks. */
public final class PinnedModel {
  private static final int BUFFER_BYTES = 1 << 20;

  /** No model has as many; a bound on what is listed of a hostile folder. */
  private static final int MAX_ENTRIES = 10_000;

  private PinnedModel() {}

  /** Whether a folder is what its manifest says. */
  public sealed interface Check {
    /** Exactly these files with exactly these bytes. */
    record Intact() implements Check {}

    /**
     * Another set of files or other bytes.
     *
     * @param mismatches by path, at least one
     */
    record Differs(List<Mismatch> mismatches) implements Check {
      public Differs {
        mismatches = List.copyOf(mismatches);
      }
    }
  }

  /**
   * Hashes a folder again; due before every load.
   *
   * @throws IOException if it cannot be read
   */
  public static Check verify(Path folder, Manifest manifest) throws IOException {
    Map<String, Digest> expected =
        manifest.files().stream()
            .collect(Collectors.toUnmodifiableMap(PinnedFile::path, PinnedFile::digest));
    List<Mismatch> mismatches = differences(folder, expected, Set.of());
    return mismatches.isEmpty() ? new Check.Intact() : new Check.Differs(mismatches);
  }

  /**
   * Every difference between a folder and the files that it should hold. Symbolic links and folders
   * in it are extra, whatever they are named; links are not followed.
   *
   * @param expected digests by file name
   * @param ignored names that may be there without being expected
   * @throws IOException if it cannot be read
   */
  public static List<Mismatch> differences(
      Path folder, Map<String, Digest> expected, Set<String> ignored) throws IOException {
    List<Mismatch> mismatches = new ArrayList<>();
    Set<String> missing = new TreeSet<>(expected.keySet());
    try (Folder open = Folder.open(folder)) {
      for (Path entry : open.names(MAX_ENTRIES)) {
        String name = entry.toString();
        Digest pinned = expected.get(name);
        missing.remove(name);
        if (pinned != null || !ignored.contains(name)) {
          compare(name, pinned, found(open, entry), mismatches);
        }
      }
    }
    for (String name : missing) {
      mismatches.add(
          mismatch(Mismatch.Kind.MISSING, name, String.valueOf(expected.get(name)), null));
    }
    mismatches.sort(Comparator.comparing(Mismatch::path));
    return mismatches;
  }

  private record Found(boolean file, String what) {}

  private static void compare(
      String name, @Nullable Digest pinned, Found found, List<Mismatch> mismatches) {
    String expected = pinned == null ? null : pinned.toString();
    if (pinned == null || !found.file()) {
      mismatches.add(mismatch(Mismatch.Kind.EXTRA, name, expected, found.what()));
    } else if (!found.what().equals(expected)) {
      mismatches.add(mismatch(Mismatch.Kind.CHANGED, name, expected, found.what()));
    }
  }

  private static Mismatch mismatch(
      Mismatch.Kind kind, String name, @Nullable String expected, @Nullable String found) {
    return new Mismatch(kind, Findings.printable(name), expected, found);
  }

  private static Found found(Folder folder, Path name) throws IOException {
    Folder.Type type = folder.type(name);
    return type == Folder.Type.FILE
        ? new Found(true, digest(folder, name).toString())
        : new Found(false, type.words());
  }

  private static Digest digest(Folder folder, Path name) throws IOException {
    MessageDigest sha256 = Digest.newMessageDigest();
    try (SeekableByteChannel channel = folder.read(name)) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      while (channel.read(buffer.clear()) >= 0) {
        sha256.update(buffer.flip());
      }
    }
    return Digest.finish(sha256);
  }
}
