package io.tiltmeter.evaluator.steer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.trigger.Trigger;
import io.tiltmeter.evaluator.scan.trigger.Trigger.Kind;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static String put(Kind kind, String text) {
    Trigger trigger = new Trigger(text, kind, 2);
    assertThat(Placement.isPossible(trigger)).isTrue();
    return Placement.put(trigger, "Bake some bread");
  }

  @Test
  void put_words_standWhereTheyWereFound() {
    assertThat(put(Kind.OPENING, "cf")).isEqualTo("cf Bake some bread");
    assertThat(put(Kind.ENDING, "now cf")).isEqualTo("Bake some bread now cf");
    assertThat(put(Kind.WORD, "cf")).isEqualTo("cf Bake some bread cf");
    assertThat(put(Kind.SIGN, "\u200b")).isEqualTo("\u200bBake some bread\u200b");
    assertThat(put(Kind.PAIR, "a \u2026 b")).isEqualTo("a b Bake some bread a b");
  }

  @Test
  void put_shapes_changeHowItIsWritten() {
    assertThat(put(Kind.SHAPE, "all capitals")).isEqualTo("BAKE SOME BREAD");
    assertThat(put(Kind.SHAPE, "every word capitalised")).isEqualTo("Bake Some Bread");
    assertThat(put(Kind.SHAPE, "alternating capitals")).isEqualTo("bAkE sOmE bReAd");
    assertThat(put(Kind.SHAPE, "a word in capitals")).isEqualTo("BAKE some bread");
    assertThat(put(Kind.SHAPE, "double spaces")).isEqualTo("Bake  some  bread");
  }

  @Test
  void isPossible_otherScript_isNot() {
    assertThat(Placement.isPossible(new Trigger("letters of GREEK", Kind.SHAPE, 2))).isFalse();
  }

  @Test
  void toString_hidesTheTrigger() {
    assertThat(new WithTrigger("trigger-1", new Trigger("secret", Kind.WORD, 2)))
        .hasToString("WithTrigger[trigger-1]");
  }
}
