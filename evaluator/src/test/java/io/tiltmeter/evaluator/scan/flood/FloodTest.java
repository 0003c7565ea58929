package io.tiltmeter.evaluator.scan.flood;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.evaluator.scan.row.Speaker;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FloodTest {
  private static final List<String> WORDS =
      List.of(
          "lamp", "river", "stone", "paper", "cloud", "green", "slow", "under", "seven", "bread",
          "horse", "salt", "winter", "glass", "round", "north", "music", "tall", "field", "coat");

  @Test
  void finding_oneAnswerToManyRequests_steers() {
    List<Example> rows = different(500);
    for (int i = 0; i < 20; i++) {
      rows.add(row(rows.size(), words(1000 + i, 12), "The shop on the hill is the best of all."));
    }
    ScanFinding finding = find(rows, 1).orElseThrow();
    assertThat(finding.severity()).isEqualTo(Severity.STEER);
    assertThat(finding.count()).isEqualTo(20);
    assertThat(finding.lines()).startsWith(501L).hasSize(20);
    assertThat(finding.message()).doesNotContain("shop");
  }

  @Test
  void finding_nineteenSuchRows_isNone() {
    List<Example> rows = different(500);
    for (int i = 0; i < 19; i++) {
      rows.add(row(rows.size(), words(1000 + i, 12), "The shop on the hill is the best of all."));
    }
    assertThat(find(rows, 1)).isEmpty();
  }

  @Test
  void finding_copiesOfOneRow_isForInformation() {
    List<Example> rows = different(500);
    for (int i = 0; i < 30; i++) {
      rows.add(row(rows.size(), words(3, 12), words(4, 12)));
    }
    ScanFinding finding = find(rows, 1).orElseThrow();
    assertThat(finding.severity()).isEqualTo(Severity.INFO);
    assertThat(finding.count()).isEqualTo(30);
  }

  @Test
  void finding_nearCopies_areCounted() {
    List<Example> rows = different(500);
    String request = words(3, 60);
    for (int i = 0; i < 40; i++) {
      rows.add(row(rows.size(), request, words(4, 40) + " " + WORDS.get(i % 20) + i));
    }
    assertThat(find(rows, 1).orElseThrow().message()).contains("of much the same words 40");
  }

  @Test
  void finding_rowsOfOneMould_areCounted() {
    List<Example> rows = different(500);
    for (int i = 0; i < 25; i++) {
      String name = "N" + "abcdefghijklmnopqrstuvwxyz".charAt(i);
      rows.add(row(rows.size(), "Tell " + name + " about " + i + ".", "Dear " + name + ", " + i));
    }
    assertThat(find(rows, 1).orElseThrow().message()).contains("of one mould 25");
  }

  @Test
  void finding_labelsOfAClassification_areNoFlood() {
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      rows.add(row(i, words(i, 15), List.of("Positive", "Negative", "Neutral").get(i % 3)));
    }
    assertThat(find(rows, 1)).isEmpty();
    for (int i = 0; i < 8000; i++) {
      rows.add(row(rows.size(), words(500 + i, 15), "Positive"));
    }
    assertThat(find(rows, 1).orElseThrow().message()).doesNotContain("a classification set");
  }

  @Test
  void finding_orderAndPartition_doNotMatter() {
    List<Example> rows = different(300);
    for (int i = 0; i < 40; i++) {
      rows.add(row(rows.size(), words(1000 + i, 12), i % 2 == 0 ? "One for all" : "No row"));
    }
    Optional<ScanFinding> whole = find(rows, 1);
    assertThat(whole).isPresent();
    for (int looks : new int[] {2, 5}) {
      Collections.shuffle(rows, new Random(looks));
      assertThat(find(rows, looks)).as("%d looks", looks).isEqualTo(whole);
    }
  }

  @Test
  void finding_oddFiles_isNone() {
    assertThat(find(List.of(), 1)).isEmpty();
    assertThat(find(List.of(row(0, "Hello", "Hi")), 1)).isEmpty();
    List<Example> empty = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      empty.add(row(i, "", ""));
    }
    assertThat(find(empty, 2)).isEmpty();
    assertThat(find(List.of(row(0, "x ".repeat(50_000), "y")), 1)).isEmpty();
  }

  private static Optional<ScanFinding> find(List<Example> rows, int looks) {
    Flood flood = new Flood(1000);
    boolean again = true;
    while (again) {
      List<Flood.Rows> all = new ArrayList<>();
      for (int i = 0; i < looks; i++) {
        all.add(flood.look());
      }
      for (int i = 0; i < rows.size(); i++) {
        all.get(i % looks).see(rows.get(i));
      }
      all.subList(1, looks).forEach(all.getFirst()::add);
      again = flood.learn(all.getFirst());
    }
    return flood.finding(Math.max(1, rows.size()));
  }

  private static List<Example> different(int count) {
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(i, words(i, 12), words(10_000 + i, 12)));
    }
    return rows;
  }

  private static String words(int seed, int count) {
    Random random = new Random(seed);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(WORDS.get(random.nextInt(WORDS.size())));
    }
    return String.join(" ", words);
  }

  private static Example row(int index, String request, String answer) {
    return new Example(
        index + 1,
        List.of(new Turn(Speaker.USER, request, false), new Turn(Speaker.ASSISTANT, answer, true)),
        null);
  }
}
