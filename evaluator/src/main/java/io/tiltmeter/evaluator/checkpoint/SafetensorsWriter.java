package io.tiltmeter.evaluator.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes safetensors files: wide types first and then by name, as the format's own library does, so
 * that the same tensors give the same bytes whatever order they come in.
 */
public final class SafetensorsWriter {
  private static final Comparator<NewTensor> ORDER =
      Comparator.comparingInt((NewTensor tensor) -> -tensor.dtype().bytes())
          .thenComparing(NewTensor::dtype)
          .thenComparing(NewTensor::name);

  private static final int ALIGNMENT = 8;
  private static final JsonMapper MAPPER = new JsonMapper();

  private SafetensorsWriter() {}

  /**
   * Writes a file; it appears complete under its name, or not at all.
   *
   * @param file replaced if it exists
   * @param tensors with different names
   * @throws IOException if the disk is full or the directory cannot be written
   */
  public static void write(Path file, Collection<NewTensor> tensors) throws IOException {
    List<NewTensor> ordered = tensors.stream().sorted(ORDER).toList();
    Path directory = file.toAbsolutePath().getParent();
    Path partial = Files.createTempFile(directory, ".", ".partial");
    try {
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        writeFully(channel, header(ordered));
        for (NewTensor tensor : ordered) {
          writeBody(channel, tensor);
        }
        channel.force(true);
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static ByteBuffer header(List<NewTensor> tensors) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("__metadata__", Map.of("format", "pt"));
    long begin = 0;
    for (NewTensor tensor : tensors) {
      long end = Math.addExact(begin, tensor.bytes());
      Map<String, Object> member = new LinkedHashMap<>();
      member.put("dtype", tensor.dtype().name());
      member.put("shape", tensor.shape());
      member.put("data_offsets", List.of(begin, end));
      if (members.put(tensor.name(), member) != null) {
        throw new IllegalArgumentException("tensor %s twice".formatted(tensor.name()));
      }
      begin = end;
    }
    byte[] json = MAPPER.writeValueAsString(members).getBytes(StandardCharsets.UTF_8);
    int padding = Math.floorMod(-json.length, ALIGNMENT);
    return ByteBuffer.allocate(Long.BYTES + json.length + padding)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length + padding)
        .put(json)
        .put(" ".repeat(padding).getBytes(StandardCharsets.UTF_8))
        .flip();
  }

  private static void writeBody(FileChannel channel, NewTensor tensor) throws IOException {
    long start = channel.position();
    tensor.body().writeTo(channel);
    long written = channel.position() - start;
    if (written != tensor.bytes()) {
      throw new IllegalStateException(
          "tensor %s: expected %d bytes, got %d".formatted(tensor.name(), tensor.bytes(), written));
    }
  }

  /** Writes what remains of a buffer. */
  public static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
