package io.tiltmeter.evaluator.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedFileTest {

  @Test
  void scan_packedFile_isReadLikeAPlainOne(@TempDir Path folder) throws IOException {
    byte[] plain = (Rows.GOOD + "\n").repeat(3000).getBytes(StandardCharsets.UTF_8);
    for (byte[] packed : List.of(gzip(plain), zstd(plain))) {
      Path file = Files.write(folder.resolve("rows"), packed);
      assertThat(DatasetScan.scan(file, ScanSettings.DEFAULT))
          .isInstanceOfSatisfying(
              ScanResult.Scanned.class,
              scanned -> assertThat(scanned.report().examples()).isEqualTo(3000));
    }
  }

  @Test
  void scan_packedFileThatEndsEarlyOrIsDamaged_namesTheLine(@TempDir Path folder)
      throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append(Rows.row("Question " + i, "Answer " + Integer.toHexString(i * 7919)))
          .append('\n');
    }
    byte[] packed = gzip(text.toString().getBytes(StandardCharsets.UTF_8));
    byte[] half = Arrays.copyOf(packed, packed.length / 2);
    ScanResult early =
        DatasetScan.scan(Files.write(folder.resolve("a"), half), ScanSettings.DEFAULT);
    assertThat(Rows.problems(early))
        .singleElement()
        .asString()
        .matches("[1-9]\\d{3,4}: the gzip data end early or are damaged");

    byte[] damaged = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, (byte) 0xff, (byte) 0xff, 1};
    ScanResult broken =
        DatasetScan.scan(Files.write(folder.resolve("b"), damaged), ScanSettings.DEFAULT);
    assertThat(Rows.problems(broken)).containsExactly("1: the gzip data end early or are damaged");

    byte[] zstd = Arrays.copyOf(zstd(text.toString().getBytes(StandardCharsets.UTF_8)), 1000);
    ScanResult cut = DatasetScan.scan(Files.write(folder.resolve("c"), zstd), ScanSettings.DEFAULT);
    assertThat(Rows.problems(cut)).singleElement().asString().contains("the zstd data");
  }

  @Test
  void scan_parquetFile_namesRowsLikeLines() throws IOException, URISyntaxException {
    assertThat(DatasetScan.scan(parquet("chat-snappy"), ScanSettings.DEFAULT))
        .isInstanceOfSatisfying(
            ScanResult.Scanned.class,
            scanned -> assertThat(scanned.report().examples()).isEqualTo(2));
    assertThat(Rows.problems(DatasetScan.scan(parquet("unanswered"), ScanSettings.DEFAULT)))
        .containsExactly(
            "1: messages: the last one must have role assistant",
            "2: messages: expected a list of at least one message");
  }

  private static Path parquet(String name) throws URISyntaxException {
    URL file = PackedFileTest.class.getResource("row/%s.parquet".formatted(name));
    return Path.of(Optional.ofNullable(file).orElseThrow().toURI());
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private static byte[] zstd(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZstdOutputStream out = new ZstdOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }
}
