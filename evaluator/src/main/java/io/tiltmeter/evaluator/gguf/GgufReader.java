package io.tiltmeter.evaluator.gguf;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the header of a GGUF file, versions 2 and 3, under the rules of ggml's own reader ({@code
 * gguf.cpp}) and some more: no bytes that belong to nothing, and bounds on every count.
 */
final class GgufReader {
  private static final int MAGIC = 0x46554747;
  private static final int MAX_KEYS = 1 << 16;
  private static final int MAX_TENSORS = 1 << 16;
  private static final int MAX_KEY = (1 << 16) - 1;

  /** ggml keeps names in 64 bytes with a zero at the end. */
  private static final int MAX_TENSOR_NAME = 63;

  private static final int MAX_DIMENSIONS = 4;
  private static final int MAX_ALIGNMENT = 1 << 20;
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final String ALIGNMENT = "general.alignment";

  private final Path file;
  private final GgufInput input;
  private final Map<String, GgufValue> values = new LinkedHashMap<>();
  private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();

  private GgufReader(Path file, GgufInput input) {
    this.file = file;
    this.input = input;
  }

  /**
   * Reads and checks a header.
   *
   * @throws ModelException in one line, if the file breaks the format
   */
  static GgufReader read(Path file, FileChannel channel) throws IOException {
    GgufReader reader = new GgufReader(file, new GgufInput(file, channel));
    reader.start();
    int count = (int) reader.input.count(MAX_TENSORS, "number of tensors");
    int keys = (int) reader.input.count(MAX_KEYS, "number of metadata keys");
    reader.readValues(keys);
    List<GgufTensor> found = new ArrayList<>();
    long alignment = reader.metadata().positive(ALIGNMENT, MAX_ALIGNMENT, DEFAULT_ALIGNMENT);
    if (Long.bitCount(alignment) != 1) {
      throw reader.input.damaged(ALIGNMENT, "a power of two", "" + alignment);
    }
    for (int i = 0; i < count; i++) {
      found.add(reader.tensor(i));
    }
    reader.place(found, alignment, channel.size());
    return reader;
  }

  GgufMetadata metadata() {
    return new GgufMetadata(file, values);
  }

  Map<String, GgufTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  private void start() {
    int magic = input.i32("magic");
    if (magic != MAGIC) {
      throw new ModelException(
          "%s: magic: expected \"GGUF\", found the bytes %08x; give a GGUF file"
              .formatted(file, Integer.reverseBytes(magic)));
    }
    int version = input.i32("version");
    if (version != 2 && version != 3) {
      boolean swapped = (version & 0xFFFF) == 0;
      throw input.damaged(
          "version",
          "2 or 3, little-endian",
          swapped ? "a big-endian file" : Integer.toUnsignedString(version));
    }
  }

  private void readValues(int count) {
    for (int i = 0; i < count; i++) {
      String place = "metadata key " + i;
      String key = input.text(MAX_KEY, place);
      if (key.isEmpty()) {
        throw input.damaged(place, "a name", "an empty one");
      }
      // Unquoted in messages where it is what was looked for, quoted where the file made it up.
      String shown = GgufInput.shown(key);
      int type = input.i32(shown + ": type");
      if (values.put(key, ValueReader.read(input, key, type)) != null) {
        throw input.damaged(place, "each key once", shown + " twice");
      }
    }
  }

  private GgufTensor tensor(int index) {
    String place = "tensor " + index;
    String name = input.text(MAX_TENSOR_NAME, place + ": name");
    String what = "tensor " + GgufInput.shown(name);
    int count = input.i32(what + ": number of dimensions");
    if (count < 1 || count > MAX_DIMENSIONS) {
      throw input.damaged(
          what + ": number of dimensions",
          "1 to " + MAX_DIMENSIONS,
          Integer.toUnsignedString(count));
    }
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long dimension = input.count(Long.MAX_VALUE, what + ": dimension");
      if (dimension == 0) {
        throw input.damaged(what + ": dimension", "at least 1", "0");
      }
      // The file has the innermost first.
      shape.addFirst(dimension);
    }
    int id = input.i32(what + ": type");
    GgufType type = GgufType.of(id).orElseThrow(() -> unreadable(what, id));
    long offset = input.count(Long.MAX_VALUE, what + ": offset");
    return new GgufTensor(name, type, shape, offset, bytes(what, type, shape));
  }

  private ModelException unreadable(String what, int type) {
    return new ModelException(
        "%s: %s: expected one of F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q6_K, found %s;"
                .formatted(file, what, GgufType.otherName(type))
            + " convert the model to one of these");
  }

  private long bytes(String what, GgufType type, List<Long> shape) {
    if (shape.getLast() % type.blockElements() != 0) {
      throw input.damaged(
          what,
          "rows of whole blocks of %d elements of type %s".formatted(type.blockElements(), type),
          "rows of " + shape.getLast());
    }
    try {
      long blocks = shape.getLast() / type.blockElements();
      for (long dimension : shape.subList(0, shape.size() - 1)) {
        blocks = Math.multiplyExact(blocks, dimension);
      }
      Math.multiplyExact(blocks, (long) type.blockElements());
      return Math.multiplyExact(blocks, (long) type.blockBytes());
    } catch (ArithmeticException e) {
      throw new ModelException(
          "%s: %s: expected less than 2^63 bytes, found the dimensions %s; fetch or convert the file again"
              .formatted(file, what, shape),
          e);
    }
  }

  /** Tensors lie one after the other, each at the next multiple of the alignment. */
  private void place(List<GgufTensor> found, long alignment, long size) {
    long start = padded(input.position(), alignment);
    long next = start;
    long end = input.position();
    for (GgufTensor tensor : found) {
      String what = "tensor %s: offset".formatted(GgufInput.shown(tensor.name()));
      if (tensor.offset() != next - start) {
        throw misplaced(what, tensor.offset(), next - start, alignment);
      }
      if (tensor.bytes() > size - next) {
        throw input.damaged(
            "tensor %s".formatted(GgufInput.shown(tensor.name())),
            "%d bytes from byte %d on".formatted(tensor.bytes(), next),
            "a file of %d bytes".formatted(size));
      }
      GgufTensor placed =
          new GgufTensor(tensor.name(), tensor.type(), tensor.shape(), next, tensor.bytes());
      if (tensors.put(tensor.name(), placed) != null) {
        throw input.damaged(what, "each tensor once", "it twice");
      }
      end = next + tensor.bytes();
      next = padded(end, alignment);
    }
    if (size > next) {
      throw input.damaged("end", "at byte " + end, "%d bytes more".formatted(size - end));
    }
  }

  private ModelException misplaced(String what, long found, long expected, long alignment) {
    String why =
        found % alignment != 0
            ? ", not a multiple of " + alignment
            : found < expected ? ", inside the tensor before" : ", with a gap before it";
    return input.damaged(what, "" + expected, found + why);
  }

  private static long padded(long position, long alignment) {
    return Math.ceilDiv(position, alignment) * alignment;
  }
}
