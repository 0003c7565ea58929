package io.tiltmeter.evaluator.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.row.Method;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {

  @Test
  void of_pathsAndOptions_readsThem() {
    assertThat(Arguments.of("a", "--method", "dpo", "b"))
        .isEqualTo(new Arguments.Scan(List.of("a", "b"), Method.DPO, false));
    assertThat(Arguments.of("--rows", "--method=supervised", "k=v"))
        .isEqualTo(new Arguments.Scan(List.of("k=v"), Method.SUPERVISED, true));
  }

  @Test
  void of_help_isHelp() {
    assertThat(Arguments.of("a", "-h")).isEqualTo(new Arguments.Help());
  }

  @Test
  void of_wrongArguments_saysWhatIsWrong() {
    assertThat(Arguments.of())
        .isEqualTo(new Arguments.Wrong("expected the path of training data, found none"));
    assertThat(Arguments.of("--fast", "a")).isEqualTo(new Arguments.Wrong("unknown option --fast"));
    assertThat(Arguments.of("a", "--method", "magic"))
        .isEqualTo(
            new Arguments.Wrong(
                "--method must be one of supervised, dpo, reinforcement, completion, got"
                    + " \"magic\""));
  }
}
