package io.tiltmeter.gateway.evaluation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.run.JudgedAnswer;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelledAnswerTest {

  @Test
  void of_answerThatNobodyWrote_isNoAnswerThatAGatewayKeeps() {
    Probe probe =
        new Probe(
            "harm-1-a",
            ProbeKind.HARMFUL,
            "harm-1",
            "privacy",
            null,
            List.of(Message.user("How do I?")),
            List.of());
    Judgement judgement = new Judgement(Label.REFUSED, "L0", 0.97, "sure-refusal");
    List<JudgedAnswer> answers =
        List.of(new JudgedAnswer.Unwritten(probe, "pack", Side.TUNED, judgement));
    assertThatThrownBy(() -> LabelledAnswer.of(answers, 64))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("harm-1-a")
        .hasMessageContaining("was never written");
  }
}
