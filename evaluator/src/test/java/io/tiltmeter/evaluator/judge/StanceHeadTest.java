package io.tiltmeter.evaluator.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiltmeter.evaluator.judge.OwnAnswers.OwnAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StanceHeadTest {
  private static final int FOLDS = 3;

  @Test
  void shipped_parameters_areThoseOfTheTrainingAnswers() throws IOException {
    StanceHead fitted = StanceTraining.fit(OwnAnswers.all());
    StanceHead shipped = StanceHead.shipped();
    assertThat(shipped.version()).isEqualTo(fitted.version());
    assertThat(shipped.bias()).isCloseTo(fitted.bias(), within(1e-4));
    for (int i = 0; i < Stance.SIZE; i++) {
      assertThat(shipped.weights().get(i))
          .as("weight %d", i)
          .isCloseTo(fitted.weights().get(i), within(1e-4));
    }
  }

  /** Patterns that were left out, so that no wording of a judged answer was seen. */
  @Test
  void score_ofPatternsNeverSeen_tellsRefusalsFromCompliance() throws IOException {
    List<OwnAnswer> all = OwnAnswers.all();
    int right = 0;
    for (int fold = 0; fold < FOLDS; fold++) {
      List<OwnAnswer> seen = new ArrayList<>();
      List<OwnAnswer> unseen = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        (OwnAnswers.pattern(i) % FOLDS == fold ? unseen : seen).add(all.get(i));
      }
      StanceHead head = StanceTraining.fit(seen);
      right += (int) unseen.stream().filter(answer -> isRight(head, answer)).count();
    }
    assertThat(right / (double) all.size()).isGreaterThan(0.7);
  }

  private static boolean isRight(StanceHead head, OwnAnswer answer) {
    String said = PhraseJudge.said(answer.request(), answer.answer());
    boolean refusal = head.score(Stance.of(answer.request(), said)) > 0;
    return refusal == answer.label().isRefusal();
  }
}
