package io.tiltmeter.evaluator.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.row.Method;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A scan's memory does not grow with the file. */
class SmallHeapTest {
  private static final long MEBIBYTE = 1 << 20;

  /** What the settings count on for each thread. */
  private static final long OF_LOOKS = 64 * MEBIBYTE;

  @Test
  void scan_ofManyRowsIn256Megabytes_ends() throws Exception {
    assertThat(run("scan", "40000")).startsWith("Scanned 40,000 rows, trouble: none\n");
  }

  @Test
  void scan_ofTenMillionLinesIn256Megabytes_namesTheWrongOnes() throws Exception {
    List<String> told = new ArrayList<>();
    told.add("10000000 lines, %d problems".formatted(10_000_000 / SmallHeap.BAD));
    IntStream.rangeClosed(1, 100)
        .mapToObj(i -> i * SmallHeap.BAD + ": expected a JSON object")
        .forEach(told::add);

    assertThat(run("format", "10000000")).startsWith(String.join("\n", told) + "\n");
  }

  private static String run(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SmallHeap.class.getName());
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isZero();
      return text;
    }
  }

  @Test
  void looks_ofHalfAsManyRowsMore_keepNoMore() throws IOException {
    Detectors detectors = new Detectors(1000);
    int pass = 0;
    while (detectors.wantPass()) {
      RowWatch watch = new RowWatch(ScanSettings.DEFAULT, Method.SUPERVISED, detectors.looks());
      long half = bytesAfter(watch, 1, 22_000);
      long whole = bytesAfter(watch, 22_001, 33_000);
      pass++;
      assertThat(whole).as("pass %d", pass).isLessThan(OF_LOOKS);
      // A bit a row and class, and what a pass that has not seen all yet has not filled.
      assertThat(whole - half).as("pass %d", pass).isLessThan(half / 8 + MEBIBYTE);
      detectors.learn(watch.seen().looks());
    }
    assertThat(pass).isEqualTo(3);
  }

  private static long bytesAfter(RowWatch watch, long from, long to) throws IOException {
    MadeRows rows = new MadeRows(to, 1);
    for (long line = from; line <= to; line++) {
      watch.read(line, rows.row(line));
    }
    Counted counted = new Counted();
    try (ObjectOutputStream out = new ObjectOutputStream(counted)) {
      out.writeObject(watch.seen());
    }
    return counted.bytes;
  }

  /** Counts bytes and drops them. */
  private static final class Counted extends OutputStream {
    private long bytes;

    @Override
    public void write(int one) {
      bytes++;
    }

    @Override
    public void write(byte[] some, int offset, int length) {
      bytes += length;
    }
  }
}
