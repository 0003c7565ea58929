package io.tiltmeter.evaluator.spark;

import io.tiltmeter.evaluator.scan.row.Packing;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of a data set in the order of their addresses, in which their lines are numbered. Empty
 * ones are left out, and those whose name begins with a full stop or an underscore, as Spark does.
 */
final class DataFiles {
  /**
   * A task that reads more takes long to try again; one that reads less costs more than it does.
   */
  private static final long MOST = 256L << 20;

  /** Tasks for each core, so that none waits long for the slowest. */
  private static final int TASKS = 4;

  private static final byte[] PARQUET = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private final Configuration hadoop;
  private final TreeMap<String, Long> lengths = new TreeMap<>();

  private DataFiles(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * Lists files.
   *
   * @param paths files, directories or patterns that name such
   * @throws FileNotFoundException if one of them names nothing
   */
  static DataFiles list(Configuration hadoop, List<String> paths) throws IOException {
    DataFiles files = new DataFiles(hadoop);
    for (String path : paths) {
      files.addMatching(new Path(path));
    }
    return files;
  }

  private void addMatching(Path pattern) throws IOException {
    FileSystem files = pattern.getFileSystem(hadoop);
    FileStatus[] found = files.globStatus(pattern);
    if (found == null || found.length == 0) {
      throw new FileNotFoundException(
          "expected training data at %s, found nothing".formatted(pattern));
    }
    for (FileStatus file : found) {
      add(files, file);
    }
  }

  private void add(FileSystem files, FileStatus file) throws IOException {
    if (!file.isDirectory()) {
      if (file.getLen() > 0) {
        lengths.put(file.getPath().toString(), file.getLen());
      }
      return;
    }
    for (FileStatus inside : files.listStatus(file.getPath())) {
      String name = inside.getPath().getName();
      if (!name.startsWith(".") && !name.startsWith("_")) {
        add(files, inside);
      }
    }
  }

  /** Their addresses. */
  List<String> addresses() {
    return List.copyOf(lengths.keySet());
  }

  /** Whether the first one is a Parquet file, and so all have to be. */
  boolean areParquet() throws IOException {
    if (lengths.isEmpty()) {
      return false;
    }
    try (InputStream in = open(lengths.firstKey())) {
      return Arrays.equals(in.readNBytes(PARQUET.length), PARQUET);
    }
  }

  /**
   * The files in parts that one task reads; packed ones can only be read as a whole.
   *
   * @param cores of the cluster
   * @param least fewest bytes that are worth a task
   */
  List<Part> parts(int cores, long least) throws IOException {
    long all = lengths.values().stream().mapToLong(Long::longValue).sum();
    long size = Math.clamp(all / cores / TASKS, least, Math.max(least, MOST));
    List<Part> parts = new ArrayList<>();
    for (String file : lengths.keySet()) {
      long length = lengths.get(file);
      if (length <= size || isPacked(file)) {
        parts.add(new Part(file, 0, length, true, 0));
        continue;
      }
      for (long start = 0; start < length; start += size) {
        parts.add(new Part(file, start, Math.min(length, start + size), false, 0));
      }
    }
    return parts;
  }

  private boolean isPacked(String file) throws IOException {
    try (InputStream in = new BufferedInputStream(open(file))) {
      return Packing.of(in) != Packing.NONE;
    }
  }

  private InputStream open(String file) throws IOException {
    Path path = new Path(file);
    return path.getFileSystem(hadoop).open(path);
  }
}
