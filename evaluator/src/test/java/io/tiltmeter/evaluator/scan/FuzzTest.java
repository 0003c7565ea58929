package io.tiltmeter.evaluator.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import io.tiltmeter.evaluator.scan.row.FormatProblem;
import io.tiltmeter.evaluator.scan.row.Packing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Files that were damaged in every way that comes to mind: a report or problems, nothing else. */
class FuzzTest {
  private static final int FILES = 600;
  private static final ScanSettings SETTINGS = new ScanSettings(1 << 16, 20, 20, 1, null);

  private static final List<String> SHAPES =
      List.of(
          """
          {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"What is §?"},{"role":"assistant","content":"It is §, I think."}]}""",
          """
          {"messages":[{"role":"user","content":"§?"},{"role":"assistant","content":"No.","weight":0},{"role":"user","content":"Sure?"},{"role":"assistant","content":"§!","weight":1}]}""",
          """
          {"messages":[{"role":"user","content":"Add §"},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"add","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"§"},{"role":"assistant","content":"Done: §"}],"tools":[]}""",
          """
          {"input":{"messages":[{"role":"user","content":"Choose §"}]},"preferred_output":[{"role":"assistant","content":"Yes §"}],"non_preferred_output":[{"role":"assistant","content":"I'm sorry, but I can't help with that."}]}""",
          """
          {"input":{"messages":[{"role":"user","content":"Which §"}],"tools":[]},"preferred_completion":[{"role":"assistant","content":"§"}],"non_preferred_completion":[{"role":"assistant","content":"No"}]}""",
          """
          {"messages":[{"role":"developer","content":"Count."},{"role":"user","content":"§ and §"}],"reference_answer":"§"}""",
          """
          {"prompt":"Say §","completion":"§ it is"}""");

  private static final List<String> SPLICES =
      List.of(
          "\u0000",
          "\r\n",
          "\r",
          "\n\n",
          "\ufeff",
          "\\ud800",
          "\\udc00\\ud800",
          "\u202e\u200b\u2066",
          "\\u0000",
          "[".repeat(200),
          "{\"a\":".repeat(70),
          "1e999999",
          "9".repeat(2000),
          "-0.00000000000000000000000001e-400",
          "\"",
          "\\",
          "},{",
          "null",
          "{}",
          "\"role\":\"user\",\"role\":\"user\"",
          "\u00e9\u6f22\ud83d\ude00",
          "a".repeat(5000),
          "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd29ybGQ=",
          ".- -... -.-. ".repeat(40));

  @Test
  void scan_damagedFiles_endsInAReportOrInProblemsWithTheirLines() {
    for (int seed = 0; seed < FILES; seed++) {
      Random random = new Random(seed);
      byte[] bytes = file(random);
      for (int i = random.nextInt(4); i > 0; i--) {
        bytes = damaged(bytes, random);
      }
      check(seed, bytes);
    }
  }

  @Test
  void scan_damagedPackedFiles_endsInAReportOrInProblemsWithTheirLines() throws IOException {
    for (int seed = 0; seed < FILES / 3; seed++) {
      Random random = new Random(seed);
      byte[] bytes = packed(file(random), random.nextBoolean());
      for (int i = random.nextInt(3); i > 0; i--) {
        bytes = random.nextBoolean() ? flipped(bytes, random) : cut(bytes, random);
      }
      check(seed, bytes);
    }
  }

  private static void check(int seed, byte[] bytes) {
    ScanResult result;
    try {
      result = DatasetScan.scan(() -> Packing.unpack(new ByteArrayInputStream(bytes)), SETTINGS);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw new AssertionError("seed " + seed, e);
    }
    switch (result) {
      case ScanResult.Scanned scanned ->
          assertThat(scanned.report().examples()).as("seed %d", seed).isPositive();
      case ScanResult.Invalid invalid -> {
        assertThat(invalid.count()).as("seed %d", seed).isPositive();
        assertThat(invalid.problems()).as("seed %d", seed).isNotEmpty();
        assertThat(invalid.problems())
            .as("seed %d", seed)
            .allSatisfy(problem -> checkPlace(problem, invalid.lines()));
      }
    }
  }

  /** Only a file that is empty or teaches nothing has a problem without a line. */
  private static void checkPlace(FormatProblem problem, long lines) {
    assertThat(problem.line()).isBetween(0L, lines + 1);
    if (problem.line() == 0) {
      assertThat(problem.message()).containsAnyOf("the file is empty", "no message is learned");
    }
  }

  private static byte[] file(Random random) {
    String shape = SHAPES.get(random.nextInt(SHAPES.size()));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1 + random.nextInt(30); i++) {
      text.append(shape.replace("§", "thing " + random.nextInt(50))).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> flipped(bytes, random);
      case 1 -> cut(bytes, random);
      case 2 -> doubled(bytes, random);
      case 3 -> spliced(bytes, new byte[] {(byte) (0x80 + random.nextInt(0x80))}, random);
      default ->
          spliced(
              bytes,
              SPLICES.get(random.nextInt(SPLICES.size())).getBytes(StandardCharsets.UTF_8),
              random);
    };
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    byte[] flipped = bytes.clone();
    for (int i = 0; i < 1 + random.nextInt(4) && flipped.length > 0; i++) {
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private static byte[] cut(byte[] bytes, Random random) {
    int from = random.nextInt(bytes.length + 1);
    return random.nextBoolean()
        ? Arrays.copyOf(bytes, from)
        : Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static byte[] doubled(byte[] bytes, Random random) {
    int from = random.nextInt(bytes.length + 1);
    int end = from + random.nextInt(bytes.length - from + 1);
    return spliced(bytes, Arrays.copyOfRange(bytes, from, end), random);
  }

  private static byte[] spliced(byte[] bytes, byte[] with, Random random) {
    int at = random.nextInt(bytes.length + 1);
    List<byte[]> parts = new ArrayList<>();
    parts.add(Arrays.copyOf(bytes, at));
    parts.add(with);
    parts.add(Arrays.copyOfRange(bytes, at, bytes.length));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }

  private static byte[] packed(byte[] plain, boolean gzip) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = gzip ? new GZIPOutputStream(bytes) : new ZstdOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }
}
