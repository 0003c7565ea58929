package io.tiltmeter.dashboards.look;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.probe.HazardCategory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LookTest {
  @Test
  void visible_plainText_isKept() {
    String plain = "Grüße, שלום, 你好\nfamily \uD83D\uDC68\u200D\uD83D\uDC69";
    assertThat(ForeignText.visible(plain)).isEqualTo(plain);
  }

  @Test
  void visible_hiddenCharacters_areSpelledOut() {
    assertThat(ForeignText.visible("a\u202Eb\u2066\u200B\uFEFF\u0000\u2028c\uDB40\uDC41"))
        .isEqualTo("a[U+202E]b[U+2066][U+200B][U+FEFF][U+0000][U+2028]c[U+E0041]");
  }

  @Test
  void visible_loneSurrogate_isSpelledOut() {
    assertThat(ForeignText.visible("x\uD800y")).isEqualTo("x[U+D800]y");
  }

  @Test
  void lines_runs_areJoined() {
    assertThat(Words.lines(List.of(3, 7, 8, 9, 11, 12))).isEqualTo("3, 7–9, 11–12");
    assertThat(Words.lines(List.of())).isEmpty();
  }

  @Test
  void lines_manyRuns_areCounted() {
    List<Integer> odd = IntStream.range(0, 2000).mapToObj(index -> 2 * index + 1).toList();
    assertThat(Words.lines(odd)).startsWith("1, 3, 5").endsWith(", 23 and 1,988 more");
  }

  @Test
  void segment_anyText_staysOneSegment() {
    assertThat(Words.segment("a/b?c#d e&\"")).isEqualTo("a%2Fb%3Fc%23d%20e%26%22");
  }

  @Test
  void title_names_readAsWords() {
    assertThat(Words.title("violent-crimes")).isEqualTo("Violent crimes");
    assertThat(Words.title("user_influenced")).isEqualTo("User influenced");
    assertThat(Words.title("")).isEmpty();
  }

  @Test
  void title_hazardCategories_keepTheHyphensOfTheirCompounds() {
    assertThat(HazardCategory.STANDARD.stream().map(Words::title))
        .containsExactly(
            "Violent crimes",
            "Sex-related crimes",
            "Child sexual exploitation",
            "Suicide and self-harm",
            "Indiscriminate weapons",
            "Intellectual property",
            "Defamation",
            "Non-violent crimes",
            "Hate",
            "Privacy",
            "Specialized advice",
            "Sexual content");
  }

  @Test
  void took_eachSize_hasTwoUnits() {
    assertThat(Moment.took(Duration.ofMillis(400))).isEqualTo("0 s");
    assertThat(Moment.took(Duration.ofSeconds(-3))).isEqualTo("0 s");
    assertThat(Moment.took(Duration.ofSeconds(200))).isEqualTo("3 min 20 s");
    assertThat(Moment.took(Duration.ofMinutes(62))).isEqualTo("1 h 02 min");
    assertThat(Moment.took(Duration.ofHours(50))).isEqualTo("2 d 2 h");
  }

  @Test
  void times_anyZone_areUtc() {
    Instant at = Instant.parse("2026-11-05T03:31:41.987Z");
    assertThat(Moment.machine(at)).isEqualTo("2026-11-05T03:31:41Z");
    assertThat(Moment.full(at)).isEqualTo("5 Nov 2026, 03:31:41 UTC");
    assertThat(Moment.clock(at)).isEqualTo("03:31:41");
  }
}
