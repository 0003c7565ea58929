package io.tiltmeter.gateway.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Files that are either written whole or not at all. */
final class WholeFile {
  private WholeFile() {}

  /**
   * Checks what can be checked before there is anything to write.
   *
   * @throws CommandException if the target is a directory, or its parent is none
   */
  static void requirePlace(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    if (Files.isDirectory(target) || parent == null || !Files.isDirectory(parent)) {
      throw new CommandException(
          "expected a file to write at %s, found %s; choose another place"
              .formatted(
                  target,
                  Files.isDirectory(target) ? "a directory" : "no directory that would hold it"));
    }
  }

  /**
   * Writes lines beside the target and moves them there.
   *
   * @throws CommandException if there is no space or no permission; the target is as it was
   */
  static void write(Path target, List<String> lines) {
    Path absolute = target.toAbsolutePath();
    Path part = absolute.resolveSibling("." + absolute.getFileName() + ".part");
    try {
      Files.write(part, lines, StandardCharsets.UTF_8);
      Files.move(
          part, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      part.toFile().delete();
      throw new CommandException(
          "%s could not be written: %s; free space or choose another place"
              .formatted(target, reason(e)),
          e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.FileSystemException failed && failed.getReason() != null
        ? failed.getReason()
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
