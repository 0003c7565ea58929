package io.tiltmeter.gateway.sourcefile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void distance_knownPairs_isPublishedValue() {
    // Levenshtein's textbook pairs, and one swap of neighbours.
    assertThat(Words.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Words.distance("saturday", "sunday")).isEqualTo(3);
    assertThat(Words.distance("marign", "margin")).isEqualTo(1);
    assertThat(Words.distance("", "abc")).isEqualTo(3);
  }

  @Test
  void nearest_typo_isTheIntendedName() {
    assertThat(Words.nearest("behavior", List.of("id", "behaviour", "category")))
        .isEqualTo("behaviour");
  }

  @Test
  void quote_longOrUnprintable_isCutAndCleaned() {
    assertThat(Words.quote("a\u001b[31m\n")).isEqualTo("\"a?[31m?\"");
    assertThat(Words.quote("x".repeat(200))).isEqualTo('"' + "x".repeat(64) + "…\"");
  }
}
