package io.tiltmeter.evaluator.scan.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.scan.row.Packing.BrokenPacking;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that pyarrow 26 wrote. */
class ParquetLinesTest {

  static Path file(String name) {
    try {
      URL url = Optional.ofNullable(ParquetLinesTest.class.getResource(name)).orElseThrow();
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) throws IOException {
    try (InputStream in = Packing.unpack(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "snappy", "gzip", "zstd"})
  void read_nestedRows_areLinesOfJsonWithoutNulls(String compression) throws IOException {
    Path file = file("chat-%s.parquet".formatted(compression));
    assertThat(Packing.of(file)).isEqualTo(Packing.PARQUET);
    assertThat(read(file))
        .isEqualTo(
            """
            {"messages":[{"role":"user","content":"What is the capital of Italy?"},{"role":"assistant","content":"Rome","weight":1}]}
            {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Name a colour.\\n\\"Any\\" – ü"},{"role":"assistant","content":"Blue","weight":0},{"role":"user","content":"Another?"},{"role":"assistant","content":"Red"}]}
            """);
  }

  @Test
  void read_damagedFile_isBroken(@TempDir Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(file("chat-none.parquet"));
    Path half = Files.write(folder.resolve("half"), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> read(half))
        .isInstanceOf(BrokenPacking.class)
        .hasMessage("the parquet data end early or are damaged");
    Path nothing = Files.writeString(folder.resolve("nothing"), "PAR1");
    assertThatThrownBy(() -> read(nothing)).isInstanceOf(BrokenPacking.class);
  }
}
