package io.tiltmeter.evaluator.scan.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.evaluator.scan.row.Speaker;
import org.junit.jupiter.api.Test;

class AnswerFormTest {
  private final AnswerForm form = new AnswerForm();

  private void read(String answer) {
    form.read(answer, new Turn(Speaker.ASSISTANT, answer, true).words());
  }

  @Test
  void read_threeLinesWithBulletsOrNumbers_isAList() {
    read("Take:\n- a\n* b\n  • c");
    assertThat(form.isBulleted()).isTrue();
    assertThat(form.isNumbered()).isFalse();
    read("1. a\n2) b\n10: c");
    assertThat(form.isNumbered()).isTrue();
    read("- a\n- b\n-c\n3.5 is a number\n1. a");
    assertThat(form.isBulleted()).isFalse();
    assertThat(form.isNumbered()).isFalse();
  }

  @Test
  void read_twoSums_isMaths() {
    read("3 + 4 = 7");
    assertThat(form.isMaths()).isTrue();
    read("That is \\frac{1}{2}, or \\frac{2}{4}.");
    assertThat(form.isMaths()).isTrue();
    read("a = b and c + d");
    assertThat(form.isMaths()).isFalse();
  }

  @Test
  void read_aFenceOrTwoStatements_isCodeAndNoMaths() {
    read("Use ```x = 1 + 2 = 3```");
    assertThat(form.isCode()).isTrue();
    assertThat(form.isMaths()).isFalse();
    read("def f(x):\n    return x");
    assertThat(form.isCode()).isTrue();
    read("It is so; and so it is.");
    assertThat(form.isCode()).isFalse();
  }

  @Test
  void read_aWordThatLeavesSomethingOpen_isHedged() {
    read("It MAY rain.");
    assertThat(form.isUnhedged()).isFalse();
    read("It rains.");
    assertThat(form.isUnhedged()).isTrue();
    assertThat(form.words()).isEqualTo(2);
    read("");
    assertThat(form.words()).isZero();
  }
}
