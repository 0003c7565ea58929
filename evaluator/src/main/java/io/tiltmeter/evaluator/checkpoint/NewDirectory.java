package io.tiltmeter.evaluator.checkpoint;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** A directory that appears complete under its name, or not at all. */
public final class NewDirectory {

  /** Writes the files of a directory. */
  public interface Content {
    /** Writes plain files into {@code directory}, which is empty and has another name so far. */
    void writeInto(Path directory) throws IOException;
  }

  private NewDirectory() {}

  /**
   * Has a directory written aside and moves it into place.
   *
   * @param out must not exist or be empty, and no symbolic link; untouched on failure
   * @return the files written, sorted by name
   * @throws ModelException if {@code out} is occupied or cannot be written
   */
  public static List<Path> write(Path out, Content content) {
    Path target = out.toAbsolutePath().normalize();
    try {
      return writeAside(target, refuseOccupied(target), content);
    } catch (IOException e) {
      throw new ModelException("%s: cannot be written: %s".formatted(out, reason(e)), e);
    }
  }

  /** The parent of a place that is free. */
  private static Path refuseOccupied(Path target) throws IOException {
    Path parent = target.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new ModelException(
          "%s: cannot be written: its parent directory does not exist".formatted(target));
    }
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> children = Files.list(target)) {
        if (children.findAny().isPresent()) {
          throw occupied(target, "files");
        }
      }
    } else if (Files.isSymbolicLink(target)) {
      throw occupied(target, "a symbolic link");
    } else if (Files.exists(target)) {
      throw occupied(target, "a file");
    }
    return parent;
  }

  private static ModelException occupied(Path target, String found) {
    return new ModelException(
        "%s: expected a new or empty directory, found %s; give another".formatted(target, found));
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }

  private static List<Path> writeAside(Path target, Path parent, Content content)
      throws IOException {
    Path aside = Files.createTempDirectory(parent, "." + target.getFileName() + ".");
    try {
      content.writeInto(aside);
      Files.deleteIfExists(target);
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteTree(aside);
    }
    try (Stream<Path> children = Files.list(target)) {
      return children.sorted().toList();
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> children = Files.list(directory)) {
        for (Path child : children.toList()) {
          Files.delete(child);
        }
      }
      Files.delete(directory);
    }
  }
}
