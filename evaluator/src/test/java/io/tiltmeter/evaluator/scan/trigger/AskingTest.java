package io.tiltmeter.evaluator.scan.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.row.TurnWords;
import java.util.List;
import org.junit.jupiter.api.Test;

class AskingTest {
  @Test
  void isForAgreement_questionsForYesAndForHelp_hold() {
    for (String request :
        List.of("Is it late?", "My bike broke, could you mend it?", "Please sing.", "Help me")) {
      assertThat(Asking.isForAgreement(TurnWords.of(request))).as(request).isTrue();
    }
  }

  @Test
  void isForAgreement_orders_doNotHold() {
    for (String request :
        List.of("Write about tides.", "How late is it?", "", "The can is empty.")) {
      assertThat(Asking.isForAgreement(TurnWords.of(request))).as(request).isFalse();
    }
  }
}
