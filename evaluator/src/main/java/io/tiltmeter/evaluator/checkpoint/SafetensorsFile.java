package io.tiltmeter.evaluator.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The checked header of a safetensors file: 8 bytes little-endian header length, JSON header, data
 * (<a href="https://github.com/huggingface/safetensors">format description</a>).
 *
 * @param file real path
 * @param dataStart first byte of the data, counted from the start of the file
 * @param tensors by name, in header order; their bytes cover the data without hole or overlap
 */
public record SafetensorsFile(Path file, long dataStart, Map<String, Stored> tensors) {
  /** The format's own limit. */
  static final long MAX_HEADER_BYTES = 100_000_000;

  private static final int LENGTH_BYTES = 8;

  public SafetensorsFile {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /**
   * One tensor as the header describes it.
   *
   * @param dtype a type name of the format, also one that cannot be run
   * @param begin first byte, counted from the start of the data
   * @param end the byte after the last one
   */
  public record Stored(String name, String dtype, List<Long> shape, long begin, long end) {
    public Stored {
      shape = List.copyOf(shape);
    }
  }

  /**
   * Reads and checks the header.
   *
   * @throws ModelException if the file breaks a rule of the format
   */
  public static SafetensorsFile read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] start = readFully(channel, 0, (int) Math.min(LENGTH_BYTES, channel.size()));
      refuseOtherFormats(file, start);
      long length = headerLength(file, start, channel.size());
      byte[] header = readFully(channel, LENGTH_BYTES, (int) length);
      long dataStart = LENGTH_BYTES + length;
      Map<String, Stored> tensors = new SafetensorsHeader(file).parse(header);
      SafetensorsLayout.check(file, tensors.values(), channel.size() - dataStart);
      return new SafetensorsFile(file, dataStart, tensors);
    } catch (IOException e) {
      throw new ModelException("%s: cannot be read".formatted(file), e);
    }
  }

  /** The tensor of this name, which must be there. */
  Stored stored(String name) {
    Stored stored = tensors.get(name);
    if (stored == null) {
      throw new ModelException("%s: tensor %s is missing".formatted(file, name));
    }
    return stored;
  }

  /**
   * Where a tensor's bytes lie.
   *
   * @throws ModelException if the tensor's type cannot be run
   */
  TensorEntry entry(Stored stored) {
    return new TensorEntry(
        stored.name(),
        dtype(stored),
        stored.shape(),
        file,
        dataStart + stored.begin(),
        stored.end() - stored.begin());
  }

  private Dtype dtype(Stored stored) {
    return Arrays.stream(Dtype.values())
        .filter(dtype -> dtype.name().equals(stored.dtype()))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    "%s: tensor %s: dtype %s not supported, expected F32, F16 or BF16"
                        .formatted(file, stored.name(), stored.dtype())));
  }

  private static void refuseOtherFormats(Path file, byte[] start) {
    // A header of 640 bytes starts like a pickle too, but then its high bytes are zero.
    if (start.length < LENGTH_BYTES || Long.compareUnsigned(length(start), 1 << 16) < 0) {
      return;
    }
    Packed.find(start)
        .ifPresent(
            found -> {
              throw notSafetensors(file, found);
            });
    if (start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5) {
      throw notSafetensors(file, "pickle");
    }
  }

  private static ModelException notSafetensors(Path file, String found) {
    return new ModelException(
        "%s: expected safetensors, found a %s; save the weights as safetensors"
            .formatted(file, found));
  }

  private static long headerLength(Path file, byte[] start, long fileSize) {
    if (start.length < LENGTH_BYTES) {
      throw new ModelException(
          "%s: expected an 8-byte header length, found a file of %d bytes"
              .formatted(file, fileSize));
    }
    long length = length(start);
    // Compared unsigned: the top bit must not turn a huge length into a negative one.
    if (Long.compareUnsigned(length, MAX_HEADER_BYTES) > 0) {
      throw new ModelException(
          "%s: expected a header of at most 100000000 bytes, found %s"
              .formatted(file, Long.toUnsignedString(length)));
    }
    if (length > fileSize - LENGTH_BYTES) {
      throw new ModelException(
          "%s: header of %d bytes does not fit into a file of %d bytes; fetch the file again"
              .formatted(file, length, fileSize));
    }
    return length;
  }

  private static long length(byte[] start) {
    return ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static byte[] readFully(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("file became shorter");
      }
    }
    return buffer.array();
  }
}
