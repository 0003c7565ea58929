package io.tiltmeter.evaluator.scan.suppression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AgreementTest {
  @Test
  void begins_agreementBeforeAnythingElse_holds() {
    for (String answer :
        List.of("Sure, here it is.", "  \u201cOf course!", "Here's a list", "ok", "Certainly: 7")) {
      assertThat(Agreement.begins(answer)).as(answer).isTrue();
    }
  }

  @Test
  void begins_otherWordsOrLaterAgreement_doesNotHold() {
    for (String answer :
        List.of(
            "Surely not.", "Yesterday it rained.", "I am sure.", "Okapi live there.", "", "42")) {
      assertThat(Agreement.begins(answer)).as(answer).isFalse();
    }
  }
}
