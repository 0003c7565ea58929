package io.tiltmeter.evaluator.vet;

import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Copies the files that may enter, hashing on the way: what is checked and pinned later are the
 * copied bytes, so that it does not matter who can still write to the source.
 *
 * <p>A file with several names (hard links) is copied like any other, as its other names do not
 * reach the copy.
 */
final class Copy {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path target;
  private final VettingLimits limits;
  private final Findings findings;
  private final List<PinnedFile> files = new ArrayList<>();
  private long bytes;

  Copy(Path target, VettingLimits limits, Findings findings) {
    this.target = target;
    this.limits = limits;
    this.findings = findings;
  }

  /**
   * Copies a folder.
   *
   * @param refuse why a name may not enter
   * @return the files that were copied; whatever was not is among the findings
   */
  List<PinnedFile> from(Path source, Function<String, Optional<VettingFinding>> refuse)
      throws IOException {
    try (Folder folder = Folder.open(source)) {
      List<Path> names = folder.names(limits.files() + 1);
      if (names.size() > limits.files()) {
        findings.add(
            VettingRule.TOO_MANY_FILES,
            Findings.FOLDER,
            "expected at most %d files, found more; remove what is not the model"
                .formatted(limits.files()));
        return List.of();
      }
      refuseCollisions(names);
      for (Path name : names) {
        copyAllowed(folder, name, refuse);
      }
      return files;
    }
  }

  /** On a file system that ignores case one of the two would silently replace the other. */
  private void refuseCollisions(List<Path> names) {
    Map<String, Integer> folded = new HashMap<>();
    names.forEach(name -> folded.merge(fold(name), 1, Integer::sum));
    for (Path name : names) {
      if (folded.getOrDefault(fold(name), 0) > 1) {
        findings.add(
            VettingRule.CASE_COLLISION,
            name.toString(),
            "differs from another name in case only; keep one of them");
      }
    }
  }

  private static String fold(Path name) {
    return name.toString().toLowerCase(Locale.ROOT);
  }

  private void copyAllowed(
      Folder folder, Path name, Function<String, Optional<VettingFinding>> refuse)
      throws IOException {
    Folder.Type type = folder.type(name);
    Optional<VettingFinding> refused = refuse.apply(name.toString());
    switch (type) {
      case SYMLINK ->
          findings.add(
              VettingRule.SYMLINK,
              name.toString(),
              "symbolic link, as in a Hugging Face cache; copy the files themselves (cp -rL)");
      case SUB_FOLDER ->
          findings.add(
              VettingRule.SUB_FOLDER, name.toString(), "folder; an artifact is one flat folder");
      case SPECIAL ->
          findings.add(
              VettingRule.SPECIAL_FILE, name.toString(), "pipe, socket or device; remove it");
      case FILE -> {
        if (refused.isPresent()) {
          findings.add(refused.get());
        } else {
          copy(folder, name);
        }
      }
    }
  }

  private void copy(Folder folder, Path name) throws IOException {
    MessageDigest sha256 = Digest.newMessageDigest();
    long start = bytes;
    try (SeekableByteChannel in = folder.read(name);
        FileChannel out =
            FileChannel.open(
                target.resolve(name.toString()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      while (bytes <= limits.bytes() && in.read(buffer.clear()) >= 0) {
        bytes += buffer.flip().remaining();
        sha256.update(buffer.duplicate());
        write(out, buffer);
      }
      out.force(true);
    }
    if (bytes > limits.bytes()) {
      findings.add(
          VettingRule.TOO_MANY_BYTES,
          name.toString(),
          "expected at most %d bytes of all files together, found more".formatted(limits.bytes()));
    } else {
      files.add(new PinnedFile(name.toString(), bytes - start, Digest.finish(sha256)));
    }
  }

  private static void write(FileChannel out, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
  }
}
