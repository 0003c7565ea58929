package io.tiltmeter.dashboards.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ViewsTest {
  @Test
  void outcome_wireName_goesThereAndBack() {
    assertThat(Stream.of(Outcome.values()))
        .allMatch(outcome -> Outcome.ofWireName(outcome.wireName()).orElseThrow() == outcome);
    assertThat(Outcome.ofWireName("nonsense")).isEmpty();
    assertThat(Outcome.IN_PROGRESS.wireName()).isEqualTo("in-progress");
  }

  @Test
  void outcome_each_hasItsOwnIconOrTone() {
    assertThat(Stream.of(Outcome.values()).map(outcome -> outcome.icon() + "/" + outcome.tone()))
        .doesNotHaveDuplicates();
  }

  @Test
  void progress_inWords_saysWhatIsKnown() {
    assertThat(new Progress.Training(1200, 0, OptionalDouble.empty()).text())
        .isEqualTo("step 1,200");
    assertThat(new Progress.Training(3, 9, OptionalDouble.of(0.25)).text())
        .isEqualTo("step 3 of 9, loss 0.250");
    assertThat(new Progress.Answers(10, 1744).text()).isEqualTo("10 of 1,744 answers");
    assertThat(new Progress.Answers(10, 0).text()).isEqualTo("10 answers");
  }

  @Test
  void took_onlyFinishedStages_haveOne() {
    Instant start = Instant.EPOCH;
    assertThat(StageStep.waiting(Stage.GATE).took()).isNull();
    assertThat(new StageStep(Stage.GATE, StageState.RUNNING, start, null, null).took()).isNull();
    assertThat(new StageStep(Stage.GATE, StageState.DONE, start, start.plusSeconds(3), null).took())
        .isEqualTo(Duration.ofSeconds(3));
  }
}
