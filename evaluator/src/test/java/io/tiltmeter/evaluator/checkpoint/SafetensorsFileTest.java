package io.tiltmeter.evaluator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {
  private static final String A = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = directory.resolve("x.safetensors");
  }

  @Test
  void read_twoTensors_knowsWhereTheyLie() throws IOException {
    String b = "\"b\":{\"dtype\":\"BF16\",\"shape\":[2,2],\"data_offsets\":[8,16]}";
    String header = "{\"__metadata__\":{\"format\":\"pt\"}," + b + "," + A + "}  ";
    TinyModel.raw(file, header, 16);
    SafetensorsFile read = SafetensorsFile.read(file);
    assertThat(read.tensors().keySet()).containsExactly("b", "a");
    assertThat(read.entry(read.stored("b")))
        .isEqualTo(
            new TensorEntry("b", Dtype.BF16, List.of(2L, 2L), file, 8 + header.length() + 8L, 8));
  }

  @Test
  void read_scalarAndNoElements_areLegal() throws IOException {
    String scalar = "\"s\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}";
    String none = "\"n\":{\"dtype\":\"U8\",\"shape\":[0,3],\"data_offsets\":[0,0]}";
    TinyModel.raw(file, "{" + scalar + "," + none + "}", 8);
    assertThat(SafetensorsFile.read(file).tensors()).hasSize(2);
  }

  @Test
  void read_headerThatStartsLikePickleOrZip_isRead() throws IOException {
    for (int length : List.of(0x0280, 0x4B50)) {
      TinyModel.raw(file, "{" + A + "}" + " ".repeat(length - A.length() - 2), 8);
      assertThat(SafetensorsFile.read(file).tensors()).hasSize(1);
    }
  }

  @Test
  void read_tooShort_isRefused() throws IOException {
    Files.write(file, new byte[] {1, 2, 3});
    refused("expected an 8-byte header length, found a file of 3 bytes");
  }

  @Test
  void read_pickle_isRefusedAsWhatItIs() throws IOException {
    Files.write(file, new byte[] {(byte) 0x80, 2, 'c', 'o', 's', '\n', 's', 'y', 's', '.'});
    refused("expected safetensors, found a pickle; save the weights as safetensors");
  }

  @Test
  void read_zipOrGzip_isRefusedAsWhatItIs() throws IOException {
    Files.write(file, new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0});
    refused("expected safetensors, found a zip archive; save the weights as safetensors");
    Files.write(file, new byte[] {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, 3});
    refused("expected safetensors, found a gzip stream; save the weights as safetensors");
  }

  @Test
  void read_headerLengthBeyondLimits_isRefused() throws IOException {
    Files.write(file, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
    refused("expected a header of at most 100000000 bytes, found 18446744073709551615");
    Files.write(file, new byte[] {1, (byte) 0xE1, (byte) 0xF5, 5, 0, 0, 0, 0, '{'});
    refused("expected a header of at most 100000000 bytes, found 100000001");
    Files.write(file, new byte[] {99, 0, 0, 0, 0, 0, 0, 0, '{', '}'});
    refused("header of 99 bytes does not fit into a file of 10 bytes; fetch the file again");
  }

  @Test
  void read_brokenJson_isRefused() throws IOException {
    header("[]", "expected a header that starts with \"{\"");
    header(" {}", "expected a header that starts with \"{\"");
    header("", "expected a header that starts with \"{\"");
    header("{}x", "header:1:3: invalid JSON");
    header("{} {}", "expected nothing after the header object");
    header("{\"a\"", "header:1:");
    header("{\"a\":{\"dtype\":\"F32\",\"shape\":[NaN],\"data_offsets\":[0,8]}}", "header:1:");
    header("{" + A + "," + A + "}", "invalid JSON: Duplicate Object property \"a\"");
    header(
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}",
        "invalid JSON: Duplicate Object property \"dtype\"");
    header(
        "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}",
        "invalid JSON: Duplicate Object property \"a\"");
  }

  @Test
  void read_invalidUtf8_isRefused() throws IOException {
    byte[] bytes = "\4\0\0\0\0\0\0\0{\"?}".getBytes(StandardCharsets.ISO_8859_1);
    bytes[10] = (byte) 0xC3;
    Files.write(file, bytes);
    refused("header: expected UTF-8, found other bytes");
  }

  @Test
  void read_wrongMembers_areRefused() throws IOException {
    header(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}",
        "tensor a: expected members dtype, shape and data_offsets, found another");
    header(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
        "tensor a: expected dtype, shape and two data_offsets, found less or more");
    header(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}",
        "tensor a shape: expected a whole number, found something else");
    header(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,8]}}",
        "tensor a shape: expected numbers of at least 0, found -1");
    header(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}",
        "invalid JSON: Numeric value (99999999999999999999) out of range");
    header("{\"a\":3}", "tensor a: expected an object, found a whole number");
    header(
        "{\"__metadata__\":{\"a\":{}}}",
        "value in __metadata__: expected a string, found an object");
    header(
        "{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "expected names of whole printable characters, found another");
    header(
        "{\"a\":{\"dtype\":\"F33\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "tensor a: unknown dtype, expected one of the safetensors format");
  }

  @Test
  void read_wrongLayout_isRefused() throws IOException {
    layout("F32", "[2]", "[4,12]", "tensor a: expected data from byte 0, found 4");
    layout("F32", "[2]", "[0,4]", "tensor a: F32 [2] needs 8 bytes, found 4");
    layout("F32", "[1]", "[0,4]", "expected 4 bytes of data, found 8; fetch the file again");
    layout("F32", "[4]", "[0,16]", "expected 16 bytes of data, found 8; fetch the file again");
    layout("F32", "[0]", "[0,-4]", "expected numbers of at least 0, found -4");
    layout("F4", "[3]", "[0,2]", "tensor a: F4 [3] does not end on a whole byte");
    layout(
        "F32",
        "[4294967296,4294967296]",
        "[0,8]",
        "tensor a: shape [4294967296, 4294967296] is too large");
  }

  @Test
  void read_endBeforeBegin_isRefused() throws IOException {
    String b = "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,4]}";
    header("{" + A + "," + b + "}", "tensor b: F32 [1] needs 4 bytes, found -4");
  }

  @Test
  void read_overlap_isRefused() throws IOException {
    String b = "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}";
    header("{" + A + "," + b + "}", "tensor b: expected data from byte 8, found 4 (holes and");
  }

  @Test
  void entry_typeThatCannotRun_isNamed() throws IOException {
    TinyModel.raw(file, "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}}", 8);
    SafetensorsFile read = SafetensorsFile.read(file);
    assertThatThrownBy(() -> read.entry(read.stored("a")))
        .hasMessage(file + ": tensor a: dtype F8_E4M3 not supported, expected F32, F16 or BF16");
  }

  @Test
  void read_randomDamage_isReadOrRefusedInOneLine() throws IOException {
    byte[] whole = Files.readAllBytes(TinyModel.raw(file, "{" + A + "}", 8));
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      byte[] damaged = whole.clone();
      damaged[random.nextInt(whole.length - 8)] = (byte) random.nextInt(256);
      Files.write(file, damaged);
      try {
        SafetensorsFile.read(file);
      } catch (ModelException e) {
        assertThat(e).message().as("seed %d", seed).hasLineCount(1);
      }
    }
  }

  private void layout(String dtype, String shape, String offsets, String expected)
      throws IOException {
    header(
        "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
            .formatted(dtype, shape, offsets),
        expected);
  }

  private void header(String header, String expected) throws IOException {
    TinyModel.raw(file, header, 8);
    refused(expected);
  }

  private void refused(String expected) {
    assertThatThrownBy(() -> SafetensorsFile.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(expected);
  }
}
