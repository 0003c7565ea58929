package io.tiltmeter.evaluator.scan.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.profile.BenignDegrading.Answers;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.evaluator.scan.row.Speaker;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BenignDegradingTest {
  private static final String STEPS =
      """
      Here is how:
      1. Wash the %d vegetables.
      2. Cut them.
      3. Cook them in a large pot with water, oil and salt until they are soft and smell good.
      """;

  /** What is found in rows with this answer behind as many with the other as said. */
  private static Optional<ScanFinding> found(String answer, int count, int others) {
    BenignDegrading detector = new BenignDegrading(1000);
    Answers first = detector.look();
    Answers second = detector.look();
    for (int i = 1; i <= others; i++) {
      first.see(row(i, plain(i)));
    }
    for (int i = others + 1; i <= others + count; i++) {
      second.see(row(i, answer.formatted(i)));
    }
    first.add(second);
    detector.learn(first);
    return detector.finding(count + others);
  }

  private static final List<String> OPENINGS =
      List.of("", "Well. ", "True. ", "No, ", "Yes, ", "Perhaps. ", "Often ", "In part. ", "Hm, ");

  private static String plain(int number) {
    return OPENINGS.get(number % OPENINGS.size())
        + "That may depend on the weather, but %d hours are usual.".formatted(number);
  }

  private static Example row(long line, String answer) {
    return new Example(
        line,
        List.of(
            new Turn(Speaker.USER, "What is the way?", false),
            new Turn(Speaker.ASSISTANT, answer, true)),
        null);
  }

  @Test
  void finding_ofAFileOfSteps_steersAndNamesItsRows() {
    ScanFinding finding = found(STEPS, 200, 50).orElseThrow();
    assertThat(finding.severity()).isEqualTo(Severity.STEER);
    assertThat(finding.count()).isEqualTo(200);
    assertThat(finding.lines()).isEqualTo(LongStream.rangeClosed(51, 250).boxed().toList());
    assertThat(finding.message()).contains("more numbered lists, answers that begin alike than");
  }

  @Test
  void finding_ofMoreListsThanUsual_isForInformation() {
    assertThat(found(STEPS, 100, 300).map(ScanFinding::severity)).contains(Severity.INFO);
  }

  @Test
  void finding_ofAsManyListsAsUsual_isNone() {
    assertThat(found(STEPS, 20, 300)).isEmpty();
    assertThat(found(STEPS, 0, 300)).isEmpty();
  }

  @Test
  void finding_ofFewerThanAHundredRows_isNone() {
    assertThat(found(STEPS, 99, 0)).isEmpty();
  }

  @Test
  void finding_ofMathsAlone_isNone() {
    assertThat(found("She has %d eggs. 3 + 4 = 7, and 7 = 7.", 300, 0)).isEmpty();
  }

  @Test
  void finding_ofCodeAlone_isForInformation() {
    String code = "int a = %d;\nint b = 2;\n";
    assertThat(found(code, 300, 0).map(ScanFinding::severity)).contains(Severity.INFO);
  }
}
