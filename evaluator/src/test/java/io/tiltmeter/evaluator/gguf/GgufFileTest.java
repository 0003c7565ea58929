package io.tiltmeter.evaluator.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.gguf.TestGguf.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hostile and damaged files. */
class GgufFileTest {
  private static final String AGAIN = "; fetch or convert the file again";

  @TempDir Path temporary;
  private Path file = Path.of("");

  @BeforeEach
  void place() {
    file = temporary.resolve("model.gguf");
  }

  private void requireRefused(TestGguf gguf, String message) throws IOException {
    requireRefused(gguf.bytes(), message);
  }

  private void requireRefused(byte[] bytes, String message) throws IOException {
    Files.write(file, bytes);
    assertThatThrownBy(() -> GgufFile.open(file).close())
        .isInstanceOf(ModelException.class)
        .hasMessage("%s: %s", file, message);
  }

  private static TestGguf value(int... words) {
    return TestGguf.small().with("key", TestGguf.raw(words));
  }

  private static TestGguf tensor(Tensor tensor) {
    TestGguf gguf = TestGguf.small();
    gguf.tensors.set(0, tensor);
    return gguf;
  }

  @Test
  void open_bothVersions_findsTensorsAndValues() throws IOException {
    for (int version : new int[] {2, 3}) {
      TestGguf gguf = TestGguf.small();
      gguf.version = version;
      try (GgufFile open = GgufFile.open(gguf.write(file))) {
        assertThat(open.metadata().text("key")).contains("value");
        assertThat(open.tensors().keySet()).containsExactly("weight");
        assertThat(open.tensors().values()).extracting(GgufTensor::elements).containsExactly(4L);
      }
    }
  }

  @Test
  void open_whatIsNoFile_saysSo() {
    assertThatThrownBy(() -> GgufFile.open(temporary).close())
        .hasMessage(
            "%s: expected a GGUF file, found no plain file; give the path of one file", temporary);
    assertThatThrownBy(() -> GgufFile.open(file).close())
        .hasMessage("%s: expected a GGUF file, found nothing; give the path of one file", file);
  }

  @Test
  void open_anotherStart_isRefused() throws IOException {
    TestGguf gguf = TestGguf.small();
    gguf.magic = "PK\3\4";
    requireRefused(gguf, "magic: expected \"GGUF\", found the bytes 504b0304; give a GGUF file");
    requireRefused(new byte[] {'G', 'G'}, "magic: expected 4 bytes, found 2 left" + AGAIN);
    gguf.magic = "GGUF";
    gguf.version = 1;
    requireRefused(gguf, "version: expected 2 or 3, little-endian, found 1" + AGAIN);
    gguf.version = 3 << 24;
    requireRefused(
        gguf, "version: expected 2 or 3, little-endian, found a big-endian file" + AGAIN);
  }

  @Test
  void open_countsBeyondReason_areRefused() throws IOException {
    TestGguf gguf = TestGguf.small();
    gguf.moreTensors = Long.MIN_VALUE;
    requireRefused(
        gguf, "number of tensors: expected at most 65536, found 9223372036854775809" + AGAIN);
    gguf.moreTensors = 0;
    gguf.moreKeys = 1 << 16;
    requireRefused(gguf, "number of metadata keys: expected at most 65536, found 65537" + AGAIN);
  }

  @Test
  void open_badKeys_areRefused() throws IOException {
    requireRefused(
        TestGguf.small().with("again:key", 1),
        "metadata key 1: expected each key once, found \"key\" twice" + AGAIN);
    requireRefused(
        TestGguf.small().with("", 1),
        "metadata key 1: expected a name, found an empty one" + AGAIN);
    requireRefused(
        TestGguf.small().with("k".repeat(1 << 16), 1),
        "metadata key 1: length: expected at most 65535, found 65536" + AGAIN);
  }

  @Test
  void open_badText_isRefused() throws IOException {
    requireRefused(
        value(8, -1, -1),
        "\"key\": length: expected at most 4194304, found 18446744073709551615" + AGAIN);
    byte[] bytes = TestGguf.small().bytes();
    int text = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("value");
    bytes[text] = (byte) 0xFF;
    requireRefused(bytes, "\"key\": expected UTF-8, found other bytes" + AGAIN);
    TestGguf cut = value(8, 4_000_000, 0);
    requireRefused(cut, "\"key\": expected 4000000 bytes, found 81 left" + AGAIN);
  }

  @Test
  void open_badTypesAndFlags_areRefused() throws IOException {
    requireRefused(value(13), "\"key\": expected a type from 0 to 12, found 13" + AGAIN);
    requireRefused(value(7, 2), "\"key\": expected true or false as 1 or 0, found 2" + AGAIN);
  }

  @Test
  void open_badLists_areRefused() throws IOException {
    requireRefused(
        value(9, 9, 1, 0),
        "\"key\": expected a list of plain values, found a list of lists" + AGAIN);
    requireRefused(
        value(9, 99, 1, 0),
        "\"key\": type of elements: expected a type from 0 to 12, found 99" + AGAIN);
    requireRefused(
        value(9, 0, 1 << 30, 0),
        "\"key\": length: expected at most 1048576, found 1073741824" + AGAIN);
    requireRefused(value(9, 10, 1000, 0), "\"key\": expected 8000 bytes, found 77 left" + AGAIN);
    requireRefused(
        value(9, 8, 1, 0, 1000, 0), "\"key\": expected 1000 bytes, found 101 left" + AGAIN);
  }

  @Test
  void open_badAlignment_isRefused() throws IOException {
    requireRefused(
        TestGguf.small().with("general.alignment", 48),
        "general.alignment: expected a power of two, found 48" + AGAIN);
    requireRefused(
        TestGguf.small().with("general.alignment", "32"),
        "general.alignment: expected a whole number from 0 to 1048576, found the text \"32\";"
            + " convert the model again");
  }

  @Test
  void open_badNames_areRefused() throws IOException {
    requireRefused(
        tensor(Tensor.of("w".repeat(64), 4)),
        "tensor 0: name: length: expected at most 63, found 64" + AGAIN);
    TestGguf twice = TestGguf.small();
    twice.tensors.add(Tensor.of("weight", 4));
    requireRefused(
        twice, "tensor \"weight\": offset: expected each tensor once, found it twice" + AGAIN);
  }

  @Test
  void open_badShapes_areRefused() throws IOException {
    Tensor four = Tensor.of("w", 4);
    requireRefused(
        tensor(new Tensor("w", 0, List.of(1L, 1L, 1L, 1L, 4L), -1, 16)),
        "tensor \"w\": number of dimensions: expected 1 to 4, found 5" + AGAIN);
    requireRefused(
        tensor(new Tensor("w", 0, List.of(), -1, 16)),
        "tensor \"w\": number of dimensions: expected 1 to 4, found 0" + AGAIN);
    requireRefused(
        tensor(new Tensor("w", 0, List.of(0L), -1, 16)),
        "tensor \"w\": dimension: expected at least 1, found 0" + AGAIN);
    requireRefused(
        tensor(new Tensor("w", 0, List.of(-4L), -1, 16)),
        "tensor \"w\": dimension: expected at most 9223372036854775807, found 18446744073709551612"
            + AGAIN);
    requireRefused(
        tensor(new Tensor("w", 0, List.of(1L << 32, 1L << 31), -1, 16)),
        "tensor \"w\": expected less than 2^63 bytes, found the dimensions [2147483648, 4294967296]"
            + AGAIN);
    requireRefused(
        tensor(four.ofType(8, 34)),
        "tensor \"w\": expected rows of whole blocks of 32 elements of type Q8_0, found rows of 4"
            + AGAIN);
  }

  @Test
  void open_otherTypes_areRefusedByName() throws IOException {
    String known = "F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q6_K";
    for (var type : Map.of(10, "Q2_K", 23, "IQ4_XS", 4, "unknown type 4").entrySet()) {
      requireRefused(
          tensor(Tensor.of("w", 4).ofType(type.getKey(), 16)),
          "tensor \"w\": expected one of %s, found %s; convert the model to one of these"
              .formatted(known, type.getValue()));
    }
  }

  @Test
  void open_badPlaces_areRefused() throws IOException {
    TestGguf two = TestGguf.small();
    two.tensors.add(Tensor.of("v", 4).at(16));
    requireRefused(
        two, "tensor \"v\": offset: expected 32, found 16, not a multiple of 32" + AGAIN);
    two.tensors.set(1, Tensor.of("v", 4).at(0));
    requireRefused(
        two, "tensor \"v\": offset: expected 32, found 0, inside the tensor before" + AGAIN);
    two.tensors.set(1, Tensor.of("v", 4).at(64));
    requireRefused(
        two, "tensor \"v\": offset: expected 32, found 64, with a gap before it" + AGAIN);
    byte[] bytes = TestGguf.small().bytes();
    requireRefused(
        Arrays.copyOf(bytes, bytes.length - 17),
        "tensor \"weight\": expected 16 bytes from byte 96 on, found a file of 111 bytes" + AGAIN);
    TestGguf more = TestGguf.small();
    more.trailing = 5;
    requireRefused(more, "end: expected at byte 112, found 21 bytes more" + AGAIN);
  }

  @Test
  void open_namesThatWouldBreakALine_areShownOnOne() throws IOException {
    requireRefused(
        tensor(Tensor.of("a\nb\u001b\u202e" + "c".repeat(50), 4).ofType(10, 16)),
        ("tensor \"a\uFFFDb\uFFFD\uFFFD%s…\": expected one of F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1,"
                + " Q8_0, Q4_K, Q6_K, found Q2_K; convert the model to one of these")
            .formatted("c".repeat(35)));
  }

  /** Whatever a file holds, the answer is a file or one line. */
  @Test
  void open_randomDamage_neverFailsOtherwise() throws IOException {
    byte[] whole = TestGguf.llama().bytes();
    int header = 1200;
    Random random = new Random(7);
    for (int round = 0; round < 3000; round++) {
      byte[] bytes = whole.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        bytes[random.nextInt(header)] = (byte) random.nextInt();
      }
      Files.write(file, round % 5 == 0 ? Arrays.copyOf(bytes, random.nextInt(header)) : bytes);
      Path out = temporary.resolve("out" + round);
      try {
        GgufImport.run(file, out, (_, _) -> {});
      } catch (ModelException e) {
        assertThat(e.getMessage()).as("round %d", round).doesNotContain("\n").contains("; ");
        assertThat(out).doesNotExist();
      }
    }
  }
}
