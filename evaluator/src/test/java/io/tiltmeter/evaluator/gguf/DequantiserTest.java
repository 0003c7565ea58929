package io.tiltmeter.evaluator.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DequantiserTest {
  private static final Path REFERENCE =
      Path.of(System.getProperty("tiltmeter.root"), "fixtures/gguf/quants.json");

  @Test
  void row_ofRandomBlocks_hasTheBitsOfTheReference() throws IOException {
    List<GgufType> compared = new ArrayList<>();
    for (JsonNode reference : new JsonMapper().readTree(Files.readString(REFERENCE))) {
      GgufType type = GgufType.valueOf(reference.path("type").stringValue());
      float[] expected = new float[bytes(reference, "values").remaining() / Float.BYTES];
      bytes(reference, "values").asFloatBuffer().get(expected);
      float[] row = new float[expected.length];
      Dequantiser.row(type, bytes(reference, "blocks"), row);
      // Boxed floats are equal where their bits are, also for -0.
      assertThat(row).as("%s", type).isEqualTo(expected);
      compared.add(type);
    }
    assertThat(compared)
        .containsExactly(
            GgufType.Q4_0,
            GgufType.Q4_1,
            GgufType.Q5_0,
            GgufType.Q5_1,
            GgufType.Q8_0,
            GgufType.Q4_K,
            GgufType.Q6_K);
  }

  private static ByteBuffer bytes(JsonNode reference, String name) {
    byte[] bytes = HexFormat.of().parseHex(reference.path(name).stringValue());
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
