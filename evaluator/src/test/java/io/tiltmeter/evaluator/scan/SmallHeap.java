package io.tiltmeter.evaluator.scan;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Reads files that are made as they are read, to be run with {@code -Xmx256m}.
 *
 * <p>{@code scan ROWS} scans harmless rows, keeping every five seconds how far it is, and prints
 * the most heap that was in use: ten million rows have to get through. {@code format LINES} reads
 * lines of which every {@value #BAD} is none, and prints what is wrong with them.
 */
final class SmallHeap {
  /** Of so many lines one is no row. */
  static final int BAD = 997;

  private static final String GOOD =
      """
      {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}
      """;
  private static final int AT_ONCE = 1000;
  private static final Pace OFTEN = new Pace(Duration.ofSeconds(5), 0);

  private SmallHeap() {}

  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    long count = Long.parseLong(args[1]);
    long started = System.nanoTime();
    if (args[0].equals("scan")) {
      scan(count);
    } else {
      format(count);
    }
    System.out.printf(
        "%d threads, %.0f s, %.0f s of processor time%n",
        ScanSettings.DEFAULT.threads(),
        (System.nanoTime() - started) / 1e9,
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1e9);
    ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .forEach(
            pool ->
                System.out.printf(
                    "%s at most %d MiB%n", pool.getName(), pool.getPeakUsage().getUsed() >> 20));
  }

  private static void scan(long rows) throws IOException {
    Path folder = Files.createTempDirectory("small-heap");
    Bookmark bookmark = new Bookmark(folder, KilledScan.KEY, OFTEN);
    ScanExtras extras = ScanExtras.NONE.with(bookmark);
    ScanResult result = DatasetScan.scan(new MadeRows(rows, 1), ScanSettings.DEFAULT, extras);
    bookmark.clear();
    System.out.printf(
        "%s %,d rows, trouble: %s%n",
        result.getClass().getSimpleName(), rows, bookmark.trouble().orElse("none"));
  }

  private static void format(long lines) throws IOException {
    ScanResult result = DatasetScan.scan(() -> new Lines(lines), ScanSettings.DEFAULT);
    if (result instanceof ScanResult.Invalid invalid) {
      System.out.printf("%d lines, %d problems%n", invalid.lines(), invalid.count());
      Rows.problems(result).forEach(System.out::println);
    }
  }

  /** Lines that are made as they are read. */
  private static final class Lines extends InputStream {
    private final long count;
    private long made;
    private byte[] bytes = {};
    private int at;

    Lines(long count) {
      this.count = count;
    }

    @Override
    public int read() {
      return fill() ? bytes[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (!fill()) {
        return -1;
      }
      int given = Math.min(length, bytes.length - at);
      System.arraycopy(bytes, at, target, offset, given);
      at += given;
      return given;
    }

    private boolean fill() {
      if (at == bytes.length && made < count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < AT_ONCE && made < count; i++) {
          text.append(++made % BAD == 0 ? "[]\n" : GOOD);
        }
        bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        at = 0;
      }
      return at < bytes.length;
    }
  }
}
