package io.tiltmeter.gateway.postgres;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The file that takes what the server and its tools print; one older one is kept beside it. */
record ServerLog(Path path) {
  private static final long ROTATE_BYTES = 4L << 20;
  private static final int TAIL_BYTES = 4096;
  private static final int TAIL_LINES = 5;

  /** Puts a large file aside; no server may be writing to it. */
  void rotate() throws IOException {
    if (Files.exists(path) && Files.size(path) > ROTATE_BYTES) {
      Files.move(
          path,
          path.resolveSibling(path.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  Redirect append() {
    return Redirect.appendTo(path.toFile());
  }

  /** The last lines, as one line for an error message. */
  String tail() {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long start = Math.max(0, file.length() - TAIL_BYTES);
      byte[] bytes = new byte[(int) (file.length() - start)];
      file.seek(start);
      file.readFully(bytes);
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      int from = Math.max(0, lines.size() - TAIL_LINES);
      return String.join(" | ", lines.subList(from, lines.size()));
    } catch (IOException e) {
      return "(unreadable: " + e.getMessage() + ")";
    }
  }
}
