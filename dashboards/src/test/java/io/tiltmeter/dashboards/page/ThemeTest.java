package io.tiltmeter.dashboards.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ThemeTest {
  @Test
  void ofWireName_known_isFound() {
    assertThat(Stream.of(Theme.values()))
        .allMatch(theme -> Theme.ofWireName(theme.wireName()) == theme);
  }

  @Test
  void ofWireName_anythingElse_isSystem() {
    assertThat(Theme.ofWireName(null)).isEqualTo(Theme.SYSTEM);
    assertThat(Theme.ofWireName("\"><script>")).isEqualTo(Theme.SYSTEM);
    assertThat(Theme.SYSTEM.attribute()).isNull();
  }
}
