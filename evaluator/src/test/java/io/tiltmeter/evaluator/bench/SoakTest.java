package io.tiltmeter.evaluator.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.decode.DecodeSettings;
import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.evaluator.runner.PairSource;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SoakTest {
  private static final Path TINY = Path.of("../fixtures/models/tiny-base");

  @Test
  void of_tinyModel_measuresEachRound() {
    DecodeSettings settings = new DecodeSettings(new Execution(Provider.CPU, 1), 8, 64L << 20);
    Soak soak = Soak.of(new PairSource.TwoModels(TINY, TINY), settings, Soak.FEWEST);
    assertThat(soak.resident()).hasSize(Soak.FEWEST).allMatch(bytes -> bytes > 1 << 20);
  }

  @Test
  void perRound_whereEachRoundLeavesTheSame_isThat() {
    Soak soak = new Soak(LongStream.range(0, 200).map(i -> 5000 + 7 * i).boxed().toList());
    assertThat(soak.perRound()).isCloseTo(7, Offset.offset(0.1));
    assertThat(soak.firstQuarter()).isEqualTo(5000 + 7 * 24.5);
    assertThat(soak.secondHalf()).isEqualTo(5000 + 7 * 149.5);
  }

  @Test
  void soak_ofTooFewRounds_isRefused() {
    assertThatThrownBy(() -> new Soak(List.of(1L, 2L, 3L)))
        .hasMessage("a soak needs at least 4 rounds, got 3");
  }
}
