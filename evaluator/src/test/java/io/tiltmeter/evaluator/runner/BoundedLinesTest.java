package io.tiltmeter.evaluator.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BoundedLinesTest {
  private static final int LONGEST = 8;

  private static BoundedLines of(String text) {
    return new BoundedLines(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), LONGEST);
  }

  @Test
  void next_ofLines_givesEachWithoutItsEnd() throws IOException {
    try (BoundedLines lines = of("grün\n\n12345678\nlast")) {
      assertThat(lines.next()).isEqualTo("grün");
      assertThat(lines.next()).isEmpty();
      assertThat(lines.next()).isEqualTo("12345678");
      assertThat(lines.next()).isEqualTo("last");
      assertThat(lines.next()).isNull();
    }
  }

  @Test
  void next_ofALineThatIsTooLong_fails() throws IOException {
    try (BoundedLines lines = of("123456789")) {
      assertThatThrownBy(lines::next)
          .isInstanceOf(IOException.class)
          .hasMessage("a line is longer than 8 bytes");
    }
  }
}
