package io.tiltmeter.gateway.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.bench.TestClock;
import io.tiltmeter.gateway.checkpoint.CheckpointState;
import io.tiltmeter.gateway.metrics.Meters;
import org.junit.jupiter.api.Test;

class CountingTest {

  @Test
  void looked_forBaseAnswers_countsHitsAndMisses() {
    Meters meters = new Meters();
    Counting counting = new Counting(meters, TestClock.standing());

    counting.looked(0, 5);
    assertThat(meters.scrape())
        .contains(
            "tiltmeter_base_answers_total{result=\"hit\"} 0.0",
            "tiltmeter_base_answers_total{result=\"miss\"} 5.0");
    counting.looked(4, 1);
    assertThat(meters.scrape())
        .contains(
            "tiltmeter_base_answers_total{result=\"hit\"} 4.0",
            "tiltmeter_base_answers_total{result=\"miss\"} 6.0");
  }

  @Test
  void ended_ofCheckpoints_countsThemByOutcome() {
    Meters meters = new Meters();
    Counting counting = new Counting(meters, TestClock.standing());

    counting.ended("tiny", CheckpointState.CLEAR);
    counting.ended("tiny", CheckpointState.CLEAR);
    counting.ended("tiny", CheckpointState.SKIPPED);
    assertThat(meters.scrape())
        .contains(
            "tiltmeter_checkpoints_total{base_model=\"tiny\",outcome=\"clear\"} 2.0",
            "tiltmeter_checkpoints_total{base_model=\"tiny\",outcome=\"skipped\"} 1.0");
  }
}
