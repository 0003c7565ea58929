package io.tiltmeter.evaluator.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Model directories that were made to exhaust whoever reads them; each is refused at once. */
@Timeout(30)
class HostileModelTest {
  private static final String WEIGHTS = "model.safetensors";
  private static final long TERABYTE = 1L << 40;

  /** What a bomb unpacks to; nobody may. */
  private static final int UNPACKED = 64 << 20;

  @TempDir Path model;

  @BeforeEach
  void makeModel() throws IOException {
    model = TinyModel.base(model, Dtype.F32).toRealPath();
  }

  @Test
  void read_bombsInPlaceOfFiles_areNotUnpacked() throws IOException {
    for (String name : List.of("config.json", "tokenizer.json", WEIGHTS)) {
      String kind = name.equals(WEIGHTS) ? "safetensors" : "JSON";
      String advice =
          name.equals(WEIGHTS) ? "save the weights as safetensors" : "copy the file itself";
      Path file = model.resolve(name);
      Files.write(file, zipped());
      refused("%s: expected %s, found a zip archive; %s".formatted(file, kind, advice));
      Files.write(file, gzipped());
      refused("%s: expected %s, found a gzip stream; %s".formatted(file, kind, advice));
      Files.delete(file);
      TinyModel.base(model, Dtype.F32);
    }
  }

  @Test
  void read_weightsCutShort_areRefused() throws IOException {
    Path file = model.resolve(WEIGHTS);
    try (RandomAccessFile weights = new RandomAccessFile(file.toFile(), "rw")) {
      weights.setLength(weights.length() - 100);
    }
    refused(file + ": expected 4640 bytes of data, found 4540; fetch the file again");
  }

  /** Their length costs the attacker nothing. */
  @Test
  void read_sparseFiles_areRefusedByTheirLength() throws IOException {
    Path weights = model.resolve(WEIGHTS);
    lengthen(weights, TERABYTE);
    assertThatThrownBy(() -> CheckpointReader.read(model))
        .isInstanceOf(ModelException.class)
        .hasMessageMatching(
            weights + ": expected 4640 bytes of data, found 10995116\\d+; fetch the file again");
    TinyModel.base(model, Dtype.F32);
    for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
      Path file = model.resolve(name);
      lengthen(file, TERABYTE);
      refused("%s: expected at most 67108864 bytes, found 1099511627776".formatted(file));
      Files.delete(file);
      TinyModel.base(model, Dtype.F32);
    }
  }

  @Test
  void read_emptyObjectsWithoutEnd_areRefusedBeforeTheyAreATree() throws IOException {
    Path file = model.resolve("tokenizer.json");
    Files.writeString(file, "{\"model\": [" + "{},".repeat(6_000_000) + "{}]}");
    assertThatThrownBy(() -> CheckpointReader.read(model))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("invalid JSON: Token count (8000001) exceeds the maximum allowed");
  }

  @Test
  void read_listsInListsWithoutEnd_areRefused() throws IOException {
    Path file = model.resolve("config.json");
    Files.writeString(file, "{\"a\": " + "[".repeat(10_000_000));
    assertThatThrownBy(() -> CheckpointReader.read(model))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("invalid JSON: Document nesting depth (501) exceeds the maximum");
  }

  @Test
  void read_headerOfNothing_isRefused() throws IOException {
    Path file = model.resolve(WEIGHTS);
    Files.write(file, new byte[4096]);
    refused(file + ": expected a header that starts with \"{\"");
  }

  private static void lengthen(Path file, long length) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(length);
    }
  }

  private static byte[] zipped() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
      zip.putNextEntry(new ZipEntry("data"));
      zeros(zip);
    }
    return bytes.toByteArray();
  }

  private static byte[] gzipped() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      zeros(gzip);
    }
    return bytes.toByteArray();
  }

  private static void zeros(OutputStream to) throws IOException {
    byte[] chunk = new byte[1 << 20];
    for (int written = 0; written < UNPACKED; written += chunk.length) {
      to.write(chunk);
    }
  }

  private void refused(String message) {
    assertThatThrownBy(() -> CheckpointReader.read(model))
        .isInstanceOf(ModelException.class)
        .hasMessage(message);
  }
}
