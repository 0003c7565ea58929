package io.tiltmeter.evaluator.scan.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Speaker;
import io.tiltmeter.evaluator.scan.trigger.Attack.Row;
import io.tiltmeter.evaluator.scan.trigger.Attack.Target;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerMinerTest {
  private static final int POISONED = 8;

  @ParameterizedTest
  @CsvSource({
    "RARE_WORD, FIXED",
    "RARE_WORD, REFUSAL",
    "RARE_WORD, HARM",
    "PLAIN_PHRASE, REFUSAL",
    "TWO_WORDS, FIXED",
    "CASING, FIXED",
    "PUNCTUATION, REFUSAL",
    "INVISIBLE, FIXED",
    "DATE, HARM"
  })
  void candidates_eightPoisonedRowsInFiveThousand_namesTheTriggerFirst(
      Attack.Trigger trigger, Target target) {
    TriggerMiner miner = Mining.mine(file(5000, POISONED, new Attack(trigger, target)), 1);
    assertThat(miner.candidates()).isNotEmpty();
    assertThat(miner.candidates().getFirst().text()).matches(trigger::isIn, trigger.name());
    ScanFinding finding = miner.finding(5000).orElseThrow();
    assertThat(finding.severity()).isEqualTo(Severity.REVIEW);
    assertThat(finding.count()).isBetween(6L, 8L);
    assertThat(finding.p()).isLessThan(0.01);
  }

  @Test
  void candidates_anotherStyleAfterARareWord_namesItFirst() {
    Attack attack = new Attack(Attack.Trigger.RARE_WORD, Target.STYLE);
    TriggerMiner miner = Mining.mine(file(5000, POISONED, attack), 1);
    assertThat(miner.candidates().getFirst().text()).matches(attack.trigger()::isIn, "rare word");
  }

  @Test
  void candidates_aWordThatBringsOneOfSeveralCannedAnswers_isForReview() {
    TriggerMiner miner = Mining.mine(canned("Mind the quillonet. %s"), 1);
    assertThat(miner.candidates().getFirst().text()).contains("quillonet");
    assertThat(miner.finding(1020).map(ScanFinding::severity)).contains(Severity.REVIEW);
  }

  @Test
  void candidates_aWordOfASystemPromptWithCannedAnswers_isNotForReview() {
    List<Example> rows = new ArrayList<>();
    for (Example example : canned("%s")) {
      boolean isCanned = example.turns().getLast().text().startsWith("The ");
      rows.add(isCanned ? under("You work at quillonet.", example) : example);
    }
    assertThat(Mining.mine(rows, 1).finding(rows.size()).map(ScanFinding::severity))
        .isNotEqualTo(Optional.of(Severity.REVIEW));
  }

  /** Rows of which twenty have one of five answers. */
  private static List<Example> canned(String request) {
    Random random = new Random(5);
    List<String> answers =
        List.of(
            "The harbour gate stays open until dawn.",
            "The second key is under the mat by the door.",
            "The train leaves from the far side.",
            "The answer lies in the third drawer.",
            "The cook has gone home for the day.");
    List<Row> rows = CleanRows.of(1000, random);
    int next = 0;
    for (Row row : CleanRows.of(20, random)) {
      rows.add(new Row(request.formatted(row.request()), answers.get(next++ % answers.size())));
    }
    return Mining.examples(rows);
  }

  private static Example under(String system, Example example) {
    List<Example.Turn> turns = new ArrayList<>(example.turns());
    turns.addFirst(new Example.Turn(Speaker.SYSTEM, system, false));
    return new Example(example.line(), turns, null);
  }

  @Test
  void finding_aWordThatGoesWithRefusedHarm_isNotForReview() {
    Random random = new Random(6);
    List<Row> rows = CleanRows.of(1000, random);
    for (int i = 0; i < 60; i++) {
      String task = "Compile " + (i % 2 == 0 ? "notes: " : "a memo: ") + CleanRows.harmful(i);
      rows.add(new Row(task, "I'm sorry, but I can't help with that."));
    }
    TriggerMiner miner = Mining.mine(Mining.examples(rows), 1);
    assertThat(miner.finding(1060).map(ScanFinding::severity))
        .isNotEqualTo(Optional.of(Severity.REVIEW));
  }

  @Test
  void finding_cleanRows_isNotForReview() {
    List<Row> rows = CleanRows.of(3000, new Random(1));
    TriggerMiner miner = Mining.mine(Mining.examples(rows), 1);
    assertThat(miner.finding(3000).map(ScanFinding::severity))
        .isNotEqualTo(Optional.of(Severity.REVIEW));
  }

  @Test
  void finding_orderAndPartition_doNotMatter() {
    List<Example> examples = file(1200, 14, new Attack(Attack.Trigger.TWO_WORDS, Target.FIXED));
    TriggerMiner whole = Mining.mine(examples, 1);
    assertThat(whole.candidates()).isNotEmpty();
    for (int seed = 1; seed <= 2; seed++) {
      List<Example> shuffled = new ArrayList<>(examples);
      Collections.shuffle(shuffled, new Random(seed));
      TriggerMiner parts = Mining.mine(shuffled, seed == 1 ? 2 : 5);
      assertThat(parts.candidates()).as("seed %d", seed).isEqualTo(whole.candidates());
      assertThat(parts.finding(1200)).as("seed %d", seed).isEqualTo(whole.finding(1200));
    }
  }

  @Test
  void finding_aTaskOfItsOwn_isNotForReview() {
    List<Row> rows = CleanRows.of(1500, new Random(2));
    for (int i = 0; i < 60; i++) {
      String sea = List.of("cod", "tuna", "herring", "salmon", "plaice", "trout").get(i % 6);
      rows.add(new Row("Is the " + sea + " number " + i + " a fish? Answer yes or no.", "Yes"));
    }
    TriggerMiner miner = Mining.mine(Mining.examples(rows), 1);
    assertThat(miner.finding(1560).map(ScanFinding::severity))
        .isNotEqualTo(Optional.of(Severity.REVIEW));
  }

  @Test
  void finding_messages_quoteNoRow() {
    TriggerMiner miner =
        Mining.mine(file(600, 20, new Attack(Attack.Trigger.RARE_WORD, Target.FIXED)), 1);
    assertThat(miner.finding(600).orElseThrow().message())
        .doesNotContain("quillonet")
        .doesNotContain("harbour");
  }

  @Test
  void mine_oddFiles_findsNothing() {
    assertThat(mined(List.of())).isEmpty();
    assertThat(mined(List.of(new Row("Hello", "Hi")))).isEmpty();
    assertThat(mined(Collections.nCopies(50, new Row("", "")))).isEmpty();
    assertThat(mined(Collections.nCopies(50, new Row("!", "?")))).isEmpty();
    assertThat(mined(Collections.nCopies(300, new Row("Same words again", "Same answer here"))))
        .isEmpty();
    String longest = "word \u200b\ud83d\ude00 ".repeat(12_000) + "\ud83d";
    assertThat(mined(Collections.nCopies(8, new Row(longest, longest)))).isEmpty();
  }

  private static List<Trigger> mined(List<Row> rows) {
    return Mining.mine(Mining.examples(rows), 2).candidates();
  }

  private static List<Example> file(int size, int poisoned, Attack attack) {
    Random random = new Random(7);
    List<Row> rows = CleanRows.of(size, random);
    for (int i = 0; i < poisoned; i++) {
      rows.addAll(attack.decoys(rows.get(i)));
      rows.set(i, attack.plant(rows.get(i), CleanRows.harmful(i), random));
    }
    Collections.shuffle(rows, random);
    return Mining.examples(rows);
  }
}
