package io.tiltmeter.evaluator.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinesOfRangeTest {
  @TempDir private Path directory;

  @Test
  void read_rangesOfAnySize_giveEveryLineOnce() throws IOException {
    for (String text : new String[] {"a\nbcd\n\nefghij\nk", "\n\n", "abc", "a\r\nbb\n"}) {
      Path file = Files.writeString(directory.resolve("lines"), text);
      for (int size = 1; size <= text.length() + 1; size++) {
        StringBuilder all = new StringBuilder();
        for (int start = 0; start < text.length(); start += size) {
          String lines = lines(file, start, Math.min(text.length(), start + size));
          assertThat(lines.isEmpty() || lines.endsWith("\n") || text.endsWith(lines)).isTrue();
          all.append(lines);
        }
        assertThat(all).as("ranges of %d", size).hasToString(text);
      }
    }
  }

  private static String lines(Path file, long start, long end) throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration());
    try (InputStream in =
        LinesOfRange.open(files.open(new org.apache.hadoop.fs.Path(file.toString())), start, end)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
