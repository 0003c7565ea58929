package io.tiltmeter.evaluator.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.scan.contamination.PackPrints;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.lineage.Digest;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookmarkTest {
  private static final String STOPPED = "stopped by the test";

  /** For the method, two blocks of 256 KiB, and some of the third. */
  private static final long ENOUGH = 800_000;

  private static byte[] file = {};
  private static ScanResult whole = new ScanResult.Invalid(List.of(), 0, 0);

  @TempDir private Path folder;

  @BeforeAll
  static void scanOnce() {
    file = bytes(AttackedRows.of(3000));
    whole = Rows.scan(file, ScanSettings.DEFAULT);
  }

  private static byte[] bytes(List<String> rows) {
    return (String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void scan_stoppedAtRandomPlaces_goesOnAndFindsTheSame() throws IOException {
    for (int seed = 1; seed <= 2; seed++) {
      Random random = new Random(seed);
      ScanResult result = null;
      int stops = 0;
      int resumed = 0;
      while (result == null) {
        Bookmark bookmark = bookmark(KilledScan.KEY);
        // Enough for a block or two, so that each scan is a little further than the one before.
        long most = stops == 6 ? Long.MAX_VALUE : ENOUGH + random.nextInt(400_000);
        try {
          result = scan(new Stopping(file, most), seed, bookmark);
        } catch (IOException e) {
          assertThat(e).hasMessage(STOPPED);
          stops++;
        }
        resumed += bookmark.resumedInPass() > 0 ? 1 : 0;
      }
      assertThat(result).as("seed %d", seed).isEqualTo(whole);
      assertThat(stops).as("seed %d", seed).isGreaterThan(1);
      assertThat(resumed).as("seed %d", seed).isEqualTo(stops);
      bookmark(KilledScan.KEY).clear();
    }
    assertThat(whole)
        .isInstanceOfSatisfying(
            ScanResult.Scanned.class,
            scanned ->
                assertThat(scanned.report().findings())
                    .extracting(ScanFinding::detector)
                    .contains("explicit-harm", "cipher", "trigger", "flood"));
  }

  @Test
  void scan_stoppedInAnInvalidFile_namesTheSameLines() throws IOException {
    List<String> rows = new ArrayList<>(AttackedRows.of(3000));
    rows.set(10, "[]");
    rows.set(rows.size() - 10, "{}");
    byte[] invalid = bytes(rows);

    stop(invalid, ENOUGH);
    Bookmark bookmark = bookmark(KilledScan.KEY);
    ScanResult result = scan(() -> new ByteArrayInputStream(invalid), 2, bookmark);

    assertThat(bookmark.resumedInPass()).isEqualTo(1);
    assertThat(Rows.problems(result))
        .containsExactly(
            "11: expected a JSON object",
            (rows.size() - 9) + ": messages: expected a list of at least one message");
  }

  @Test
  void scan_ofAProcessThatIsKilled_goesOnAndFindsTheSame() throws Exception {
    Path data = Files.write(folder.resolve("file.jsonl"), file);
    Path marks = folder.resolve("marks");

    Process killed = start(data, marks);
    while (!Files.exists(marks.resolve("pass-1")) && killed.isAlive()) {
      killed.waitFor(20, TimeUnit.MILLISECONDS);
    }
    killed.destroyForcibly().waitFor();
    assertThat(killed.exitValue()).isNotZero();

    assertThat(output(start(data, marks))).startsWith(whole + "\n").matches("(?s).*\n[123]\n");
  }

  private static Process start(Path data, Path marks) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            KilledScan.class.getName(),
            data.toString(),
            marks.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static String output(Process process) throws IOException {
    try (InputStream out = process.getInputStream()) {
      return new String(out.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void scan_withADamagedMark_beginsAnew() throws IOException {
    stop(file, ENOUGH);
    Path mark = marks().resolve("pass-1");
    byte[] bytes = Files.readAllBytes(mark);
    bytes[bytes.length / 2] ^= 1;
    Files.write(mark, bytes);
    assertBeginsAnew(KilledScan.KEY);

    bookmark(KilledScan.KEY).clear();
    stop(file, ENOUGH);
    Files.write(mark, Arrays.copyOf(Files.readAllBytes(mark), 1000));
    assertBeginsAnew(KilledScan.KEY);
  }

  @Test
  void scan_withAMarkOfSomethingElse_beginsAnew() throws IOException {
    stop(file, ENOUGH);
    assertBeginsAnew(Digest.of("another file"));
  }

  private void assertBeginsAnew(Digest key) throws IOException {
    Bookmark bookmark = bookmark(key);
    assertThat(scan(() -> new ByteArrayInputStream(file), 2, bookmark)).isEqualTo(whole);
    assertThat(bookmark.resumedInPass()).isZero();
  }

  @Test
  void scan_whereNothingCanBeKept_goesOnWithout() throws IOException {
    Files.writeString(marks(), "a file where the folder would be");
    Bookmark bookmark = bookmark(KilledScan.KEY);
    assertThat(scan(() -> new ByteArrayInputStream(file), 2, bookmark)).isEqualTo(whole);
    assertThat(bookmark.trouble()).hasValueSatisfying(why -> assertThat(why).contains("marks"));
  }

  @Test
  void scan_thatTakesNoTime_keepsNothing() throws IOException {
    Bookmark usual = new Bookmark(marks(), KilledScan.KEY, Pace.USUAL);
    scan(() -> new ByteArrayInputStream(bytes(AttackedRows.of(20))), 2, usual);
    assertThat(marks()).doesNotExist();
  }

  @Test
  void clear_leavesNothing() throws IOException {
    stop(file, ENOUGH);
    assertThat(marks()).isDirectory();
    try (Stream<Path> files = Files.list(marks())) {
      assertThat(files).containsExactly(marks().resolve("pass-1"));
    }
    bookmark(KilledScan.KEY).clear();
    assertThat(marks()).doesNotExist();
  }

  @Test
  void among_bookmarksOfOtherFiles_removesThoseOfMoreThanAWeekAgo() throws IOException {
    Path data = Files.write(folder.resolve("file.jsonl"), file);
    Path recent = Files.createDirectories(folder.resolve("scans/recent"));
    Path old = Files.createDirectories(folder.resolve("scans/old"));
    Files.writeString(old.resolve("pass-1"), "a");
    Files.setLastModifiedTime(
        old, FileTime.from(Clock.systemUTC().instant().minus(Duration.ofDays(8))));

    Bookmark.among(folder.resolve("scans"), data, ScanSettings.DEFAULT, PackPrints.NONE).clear();

    assertThat(old).doesNotExist();
    assertThat(recent).isDirectory();
  }

  @Test
  void key_ofAnotherFileOrOtherSettings_isAnother() {
    ScanSettings settings = ScanSettings.DEFAULT;
    Digest key = Bookmark.key(Digest.of("a"), settings, PackPrints.NONE);
    assertThat(Bookmark.key(Digest.of("a"), settings.withThreads(7), PackPrints.NONE))
        .isEqualTo(key);
    assertThat(
            List.of(
                Bookmark.key(Digest.of("b"), settings, PackPrints.NONE),
                Bookmark.key(Digest.of("a"), settings.withAllLines(), PackPrints.NONE),
                Bookmark.key(Digest.of("a"), settings.withMethod(Method.DPO), PackPrints.NONE)))
        .doesNotHaveDuplicates()
        .doesNotContain(key);
  }

  private void stop(byte[] bytes, long after) {
    assertThatThrownBy(() -> scan(new Stopping(bytes, after), 2, bookmark(KilledScan.KEY)))
        .hasMessage(STOPPED);
  }

  private static ScanResult scan(ScanSource source, int threads, Bookmark bookmark)
      throws IOException {
    return DatasetScan.scan(
        source, ScanSettings.DEFAULT.withThreads(threads), ScanExtras.NONE.with(bookmark));
  }

  private Bookmark bookmark(Digest key) {
    return new Bookmark(marks(), key, KilledScan.OFTEN);
  }

  private Path marks() {
    return folder.resolve("marks");
  }

  /** A file whose reader dies once it has read so many bytes in all; what is skipped is none. */
  private static final class Stopping implements ScanSource {
    private final byte[] bytes;
    private long left;

    Stopping(byte[] bytes, long left) {
      this.bytes = bytes;
      this.left = left;
    }

    @Override
    public InputStream open() {
      return new FilterInputStream(new ByteArrayInputStream(bytes)) {
        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
          int count = super.read(target, offset, Math.min(length, 1 << 12));
          left -= Math.max(0, count);
          if (left < 0) {
            throw new IOException(STOPPED);
          }
          return count;
        }
      };
    }
  }
}
