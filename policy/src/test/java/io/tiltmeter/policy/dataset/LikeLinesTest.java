package io.tiltmeter.policy.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LikeLinesTest {

  @Test
  void groups_ofLines_areTheLargestFirstAndNoneOfOne() {
    LikeLines lines = new LikeLines(Map.of("flood", List.of(3L, 5L, 3L, 5L, 9L, 5L)));

    assertThat(lines.groups("flood"))
        .containsExactly(new LikeLines.Group(5, 3), new LikeLines.Group(3, 2));
    assertThat(lines.groups("cipher")).isEmpty();
  }
}
