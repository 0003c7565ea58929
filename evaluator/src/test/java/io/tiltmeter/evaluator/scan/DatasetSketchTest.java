package io.tiltmeter.evaluator.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tiltmeter.evaluator.scan.family.DatasetSketch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetSketchTest {
  private static final String[] WORDS = {
    "order", "ship", "when", "parcel", "late", "refund", "card", "please", "tomorrow", "invoice",
    "number", "blue", "shirt", "size", "return", "shop", "account", "email", "change", "address"
  };

  private static String row(Random random) {
    String words =
        IntStream.range(0, 24)
            .mapToObj(_ -> WORDS[random.nextInt(WORDS.length)])
            .collect(Collectors.joining(" "));
    return "{\"messages\": [{\"role\": \"user\", \"content\": \"%s\"}, {\"role\": \"assistant\", \"content\": \"Certainly.\"}]}"
        .formatted(words);
  }

  private static List<String> rows(long seed, int count) {
    Random random = new Random(seed);
    return IntStream.range(0, count).mapToObj(_ -> row(random)).toList();
  }

  private static DatasetSketch sketch(List<String> rows) throws IOException {
    byte[] file = String.join("\n", rows).getBytes(StandardCharsets.UTF_8);
    if (DatasetScan.scan(() -> new ByteArrayInputStream(file), ScanSettings.DEFAULT)
            instanceof ScanResult.Scanned(ScanReport report)
        && report.sketch() != null) {
      return report.sketch();
    }
    throw new AssertionError("no sketch");
  }

  @Test
  void sketch_ofTheSameRowsInAnotherOrderAndCase_isTheSame() throws IOException {
    List<String> rows = rows(1, 300);
    List<String> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(2));
    shuffled.replaceAll(row -> row.replace("order", "Order,"));

    assertThat(sketch(shuffled)).isEqualTo(sketch(rows));
  }

  @ParameterizedTest
  @CsvSource({"0.02, true", "0.05, true", "0.3, false", "0.6, false"})
  void similarity_whereRowsWereReplaced_estimatesJaccard(double replaced, boolean alike)
      throws IOException {
    int rows = 1000;
    int kept = (int) (rows * (1 - replaced));
    List<String> before = rows(3, rows);
    List<String> after = new ArrayList<>(before.subList(0, kept));
    after.addAll(rows(4, rows - kept));

    double jaccard = (double) kept / (2 * rows - kept);
    assertThat(sketch(after).similarity(sketch(before))).isCloseTo(jaccard, within(0.12));
    assertThat(sketch(after).isLike(sketch(before))).isEqualTo(alike);
  }

  @Test
  void bands_ofAlikeFiles_shareOne_andOfOthersNone() throws IOException {
    List<String> before = rows(5, 400);
    List<String> after = new ArrayList<>(before.subList(0, 380));
    after.addAll(rows(6, 20));

    assertThat(shared(sketch(before), sketch(after))).isNotEmpty();
    assertThat(shared(sketch(before), sketch(rows(7, 400)))).isEmpty();
  }

  private static Set<Long> shared(DatasetSketch first, DatasetSketch second) {
    Set<Long> shared = new HashSet<>(first.bands());
    shared.retainAll(second.bands());
    return shared;
  }

  @Test
  void sketch_ofFewWords_isStableAndKnowsOthers() throws IOException {
    String short1 =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}, {\"role\": \"assistant\", \"content\": \"Yo\"}]}";
    String short2 = short1.replace("Yo", "Bye");

    assertThat(sketch(List.of(short1))).isEqualTo(sketch(List.of(short1)));
    assertThat(sketch(List.of(short1)).similarity(sketch(List.of(short2)))).isLessThan(0.8);
  }

  @Test
  void sketch_ofAnotherSize_isRefused() {
    assertThatThrownBy(() -> new DatasetSketch(List.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a sketch needs 112 minima, got 1");
  }
}
