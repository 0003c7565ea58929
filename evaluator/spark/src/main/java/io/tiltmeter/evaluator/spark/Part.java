package io.tiltmeter.evaluator.spark;

import io.tiltmeter.evaluator.scan.row.Block;
import io.tiltmeter.evaluator.scan.row.BlockReader;
import io.tiltmeter.evaluator.scan.row.Packing;
import io.tiltmeter.evaluator.scan.row.Packing.BrokenPacking;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The lines that begin in a range of a file's bytes: what one task reads.
 *
 * @param file its address
 * @param start first byte of the range
 * @param end first byte behind it
 * @param whole whether the range is the whole file, which may be packed
 * @param linesBefore lines of the data set before the first of these
 */
record Part(String file, long start, long end, boolean whole, long linesBefore)
    implements Serializable {

  /** The same part, of lines that come after so many others. */
  Part after(long lines) {
    return new Part(file, start, end, whole, lines);
  }

  /** Its lines, unpacked. */
  InputStream open(Configuration hadoop) throws IOException {
    Path path = new Path(file);
    FileSystem files = path.getFileSystem(hadoop);
    return whole
        ? Packing.unpack(files.open(path))
        : LinesOfRange.open(files.open(path), start, end);
  }

  /**
   * How many lines it has; of packed data that are damaged those before the damage.
   *
   * @param cap longest line that is kept while it is counted, in bytes
   */
  long countLines(Configuration hadoop, int cap) throws IOException {
    try (InputStream in = open(hadoop)) {
      BlockReader reader = new BlockReader(in, cap);
      try {
        Block block = new Block();
        boolean more = true;
        while (more) {
          more = reader.next(block);
        }
      } catch (BrokenPacking e) {
        // The pass that reads it says so at its line.
        return reader.lines();
      }
      return reader.lines();
    }
  }
}
