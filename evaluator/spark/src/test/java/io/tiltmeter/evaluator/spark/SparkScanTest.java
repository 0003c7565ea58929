package io.tiltmeter.evaluator.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.scan.DatasetScan;
import io.tiltmeter.evaluator.scan.ScanReport;
import io.tiltmeter.evaluator.scan.ScanResult;
import io.tiltmeter.evaluator.scan.ScanSettings;
import io.tiltmeter.evaluator.scan.ScanView;
import io.tiltmeter.evaluator.scan.row.FormatProblem;
import io.tiltmeter.policy.dataset.LikeLines;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SparkScanTest {
  /** So that files of tests are read in several parts. */
  private static final long PART = 90_000;

  private static final ScanSettings SETTINGS = ScanSettings.DEFAULT.withThreads(1);

  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  @TempDir private static Path directory;
  private static SparkSession spark;

  /** What the local scan makes of {@link Rows#chats}. */
  private static ScanResult chats;

  @BeforeAll
  static void start() throws IOException {
    chats = DatasetScan.scan(write("chats.jsonl", Rows.chats()), SETTINGS);
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.files.maxPartitionBytes", "20000")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Path write(String name, List<String> rows) throws IOException {
    return Files.write(directory.resolve(name), rows);
  }

  private static Path writePacked(String name, List<String> rows) throws IOException {
    Path file = directory.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write((String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  private static ScanResult onSpark(Path path) throws IOException {
    return SparkScan.scan(spark, List.of(path.toString()), SETTINGS, PART);
  }

  private static ScanReport report(ScanResult result) {
    if (result instanceof ScanResult.Scanned(ScanReport report)) {
      return report;
    }
    throw new AssertionError(result);
  }

  @Test
  void scan_chatsWithSeveralAttacks_findsWhatTheLocalScanFinds() throws IOException {
    assertThat(onSpark(directory.resolve("chats.jsonl"))).isEqualTo(chats);
    assertThat(report(chats).findings())
        .extracting(ScanFinding::detector)
        .contains(
            "explicit-harm",
            "identity-shift",
            "refusal-suppression",
            "cipher",
            "secrets",
            "trigger",
            "flood");
    assertThat(report(chats).steering().systemPrompts()).isNotEmpty();
  }

  @Test
  void scan_preferences_findsWhatTheLocalScanFinds() throws IOException {
    Path file = write("preferences.jsonl", Rows.preferences());
    ScanReport local = report(DatasetScan.scan(file, SETTINGS));

    assertThat(report(onSpark(file))).isEqualTo(local);
    assertThat(local.findings()).extracting(ScanFinding::detector).contains("inversion");
  }

  @Test
  void scan_parquet_findsWhatTheLocalScanFindsInTheSameRows() throws IOException {
    Path parquet = directory.resolve("rows.parquet");
    spark
        .read()
        .json(directory.resolve("chats.jsonl").toString())
        .coalesce(1)
        .write()
        .option("parquet.block.size", "60000")
        .parquet(parquet.toString());
    assertThat(spark.read().parquet(parquet.toString()).toJavaRDD().getNumPartitions())
        .isGreaterThan(1);

    assertThat(onSpark(parquet)).isEqualTo(chats);
  }

  @Test
  void scan_severalFiles_numbersLinesThroughAll() throws IOException {
    List<String> rows = Rows.chats();
    Files.createDirectories(directory.resolve("many/inside"));
    write("many/a.jsonl", rows.subList(0, 500));
    writePacked("many/b.jsonl.gz", rows.subList(500, 900));
    write("many/inside/c.jsonl", rows.subList(900, rows.size()));
    write("many/_SUCCESS", List.of("not a row"));

    assertThat(onSpark(directory.resolve("many"))).isEqualTo(chats);
  }

  @Test
  void scan_problemsInSeveralParts_areThoseOfTheLocalScan() throws IOException {
    List<String> rows = new ArrayList<>(Rows.chats());
    rows.set(0, "\ufeff" + rows.getFirst());
    for (int i = 3; i < rows.size(); i += 9) {
      rows.set(i, List.of("", "oops", "[1]", "{\"messages\":[]}").get(i % 4));
    }
    rows.set(700, "x".repeat(SETTINGS.maxLineBytes() + 1));
    Path file = write("broken.jsonl", rows);

    ScanResult local = DatasetScan.scan(file, SETTINGS);
    assertThat(onSpark(file)).isEqualTo(local);
    assertThat(((ScanResult.Invalid) local).problems()).hasSize(SETTINGS.maxProblems());
  }

  @Test
  void scan_damagedPacking_isAProblemAtTheSameLine() throws IOException {
    Path packed = writePacked("whole.gz", Rows.chats());
    byte[] bytes = Files.readAllBytes(packed);
    Path damaged = directory.resolve("damaged.gz");
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length / 2));

    ScanResult local = DatasetScan.scan(damaged, SETTINGS);
    assertThat(onSpark(damaged)).isEqualTo(local);
    assertThat(((ScanResult.Invalid) local).problems())
        .extracting(FormatProblem::message)
        .containsExactly("the gzip data end early or are damaged");
  }

  @Test
  void scan_noRows_saysSo() throws IOException {
    Path file = write("empty.jsonl", List.of());
    assertThat(onSpark(file)).isEqualTo(DatasetScan.scan(file, SETTINGS));
  }

  @Test
  void scan_nothingThere_isAnError() {
    assertThatThrownBy(() -> onSpark(directory.resolve("nowhere.jsonl")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("found nothing");
  }

  @Test
  void run_attackedChats_printsTheViewOfTheCommandLine() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int exitCode = run(directory.resolve("chats.jsonl"), out, OutputStream.nullOutputStream());

    ObjectNode printed = (ObjectNode) JSON.readTree(out.toString(StandardCharsets.UTF_8));
    String view = JSON.writeValueAsString(ScanView.of(report(chats), LikeLines.NONE, 0));
    ObjectNode expected = (ObjectNode) JSON.readTree(view);
    expected.remove("rows");
    assertThat(printed.remove("seconds").isNumber()).isTrue();
    assertThat(expected.remove("seconds").isNumber()).isTrue();
    assertThat(printed).isEqualTo(expected);
    assertThat(exitCode).isEqualTo(3);
  }

  @Test
  void run_invalidData_saysWhere() throws IOException {
    Path file = write("invalid.jsonl", List.of(Rows.chat("", "Hi", "Hello"), "[1]"));
    ByteArrayOutputStream err = new ByteArrayOutputStream();

    assertThat(run(file, OutputStream.nullOutputStream(), err)).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("1 problem(s) in 2 lines", "line 2: expected a JSON object");
  }

  private static int run(Path path, OutputStream out, OutputStream err) {
    return SparkScan.run(
        spark,
        new Arguments.Scan(List.of(path.toString()), null, false),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  void scan_parquetThatIsNone_isAnError() throws IOException {
    Path file = write("none.parquet", List.of("PAR1 and no more"));
    assertThatThrownBy(() -> onSpark(file)).isInstanceOf(IOException.class);
  }
}
