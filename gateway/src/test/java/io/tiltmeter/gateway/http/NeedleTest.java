package io.tiltmeter.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NeedleTest {

  private static byte[] random(Random random, int length, int letters) {
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; at++) {
      bytes[at] = (byte) (0xff - random.nextInt(letters));
    }
    return bytes;
  }

  @Test
  void find_inRandomBytes_isWhereAPlainSearchFindsThem() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      byte[] in = random(random, random.nextInt(60), 3);
      byte[] wanted = random(random, 1 + random.nextInt(5), 3);
      int from = in.length == 0 ? 0 : random.nextInt(in.length);
      // One character for each byte, so that places agree.
      int plain =
          new String(in, StandardCharsets.ISO_8859_1)
              .indexOf(new String(wanted, StandardCharsets.ISO_8859_1), from);

      assertThat(new Needle(wanted).find(in, from, in.length)).as("seed %d", seed).isEqualTo(plain);
    }
  }

  @Test
  void find_ofBytesThatEndAfterTheEnd_isNowhere() {
    assertThat(new Needle(new byte[] {1, 2}).find(new byte[] {0, 1, 2}, 0, 2)).isEqualTo(-1);
  }
}
