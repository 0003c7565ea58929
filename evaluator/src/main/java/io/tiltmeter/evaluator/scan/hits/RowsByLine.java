package io.tiltmeter.evaluator.scan.hits;

import io.tiltmeter.evaluator.scan.ScanSettings;
import io.tiltmeter.evaluator.scan.row.Block;
import io.tiltmeter.evaluator.scan.row.BlockReader;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.evaluator.scan.row.Packing;
import io.tiltmeter.evaluator.scan.row.Problems;
import io.tiltmeter.evaluator.scan.row.RowReader;
import io.tiltmeter.evaluator.scan.row.RowText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.function.Consumer;

/** Reads some rows of a training file by their line numbers, and none after the last of them. */
final class RowsByLine {
  private RowsByLine() {}

  /**
   * Shows each of these rows, in order. Lines that are no examples are left out.
   *
   * @throws IOException if the file cannot be read
   */
  static void read(Path file, Method method, SortedSet<Long> lines, Consumer<Example> to)
      throws IOException {
    if (lines.isEmpty()) {
      return;
    }
    int longest = ScanSettings.DEFAULT.maxLineBytes();
    Problems problems = new Problems(1);
    RowText text = new RowText(problems);
    RowReader rows = new RowReader(method, problems);
    Block block = new Block();
    try (InputStream in = Packing.unpack(file)) {
      BlockReader reader = new BlockReader(in, longest);
      while (reader.next(block)) {
        while (block.next()) {
          if (lines.contains(block.number())) {
            text.read(block, longest).flatMap(row -> rows.read(block.number(), row)).ifPresent(to);
          }
        }
        if (block.number() >= lines.last()) {
          return;
        }
      }
    }
  }
}
