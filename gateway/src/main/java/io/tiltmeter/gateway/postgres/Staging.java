package io.tiltmeter.gateway.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A folder being filled that takes its final name in one step, so that a folder with that name is
 * always whole.
 */
record Staging(Path folder, Path target) {

  /**
   * Makes an empty folder beside the target and removes what earlier, interrupted ones left; the
   * caller is the only one that stages this target.
   */
  static Staging of(Path target) throws IOException {
    Files.createDirectories(target.getParent());
    String prefix = target.getFileName() + ".staging-";
    try (DirectoryStream<Path> stale = Files.newDirectoryStream(target.getParent(), prefix + "*")) {
      for (Path folder : stale) {
        delete(folder);
      }
    }
    // A name of its own: a tool of a killed process may still be writing to the earlier folder.
    return new Staging(Files.createTempDirectory(target.getParent(), prefix), target);
  }

  void publish() throws IOException {
    Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel parent = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
      parent.force(true);
    }
  }

  static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
