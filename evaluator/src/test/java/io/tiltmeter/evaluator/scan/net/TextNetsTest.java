package io.tiltmeter.evaluator.scan.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.embedding.StaticVectors;
import io.tiltmeter.evaluator.scan.harm.HarmScore;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextNetsTest {
  @Test
  void score_anyPieces_isFinite() throws IOException {
    TextNets nets;
    try (InputStream in =
        Objects.requireNonNull(HarmScore.class.getResourceAsStream("request-nets.bin"))) {
      nets = TextNets.of(in.readAllBytes());
    }
    Random random = new Random(4);
    for (int i = 0; i < 200; i++) {
      int[] ids = random.ints(i, 0, StaticVectors.shipped().size()).toArray();
      assertThat(nets.score(ids, -3)).isFinite();
    }
  }

  @Test
  void load_otherBytesThanPinned_saysToBuildAgain() {
    assertThatThrownBy(() -> TextNets.load(HarmScore.class, "request-nets.bin", "sha256:00"))
        .hasMessage("request-nets.bin is not what this build was made with; build again");
  }
}
