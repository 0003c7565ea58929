package io.tiltmeter.evaluator.checkpoint;

import io.tiltmeter.evaluator.checkpoint.Adapter.LowRankPair;
import io.tiltmeter.evaluator.checkpoint.Adapter.Site;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds an adapter to its base: {@code W + scale * B A}, computed in float32, stored in the base's
 * type rounded to nearest, ties to even. Tensors that the adapter replaces are copied.
 */
public final class Merge {
  private static final String WEIGHTS = "model.safetensors";

  private final Checkpoint base;
  private final Map<String, LowRankPair> pairs = new HashMap<>();

  private final Map<String, TensorEntry> replaced;

  private Merge(Checkpoint base, Adapter adapter) {
    this.base = base;
    this.replaced = adapter.replaced();
    if (base.config().tiedEmbeddings() && !replaced.isEmpty()) {
      throw new ModelException(
          "%s: cannot be merged: the adapter replaces embedding or head, which are one tensor in the base; evaluate it as an adapter"
              .formatted(adapter.directory()));
    }
    adapter
        .pairs()
        .forEach(
            (Site site, LowRankPair pair) ->
                pairs.put(site.projection().weight(site.layer()), pair));
  }

  /**
   * Writes the merged model as a directory in Hugging Face layout, with the base's configuration,
   * tokenizer and chat template and all weights in one file.
   *
   * @param out must not exist or be empty; complete on return, untouched on failure
   * @return the files written, sorted by name
   * @throws ModelException if base or adapter cannot be used, or {@code out} cannot be written
   */
  public static List<Path> merge(Path base, Path adapter, Path out) {
    Checkpoint checkpoint = CheckpointReader.read(base);
    Merge merge = new Merge(checkpoint, AdapterReader.read(adapter, checkpoint));
    return NewDirectory.write(out, merge::writeAll);
  }

  private void writeAll(Path directory) throws IOException {
    for (String name : ModelFiles.BESIDE_WEIGHTS) {
      Path source = base.directory().resolve(name);
      if (Files.isRegularFile(source)) {
        Files.copy(source, directory.resolve(name));
      }
    }
    List<NewTensor> tensors = new ArrayList<>();
    base.tensors().values().forEach(entry -> tensors.add(merged(entry)));
    SafetensorsWriter.write(directory.resolve(WEIGHTS), tensors);
  }

  private NewTensor merged(TensorEntry entry) {
    TensorEntry whole = replaced.get(entry.name());
    if (whole != null) {
      return new NewTensor(
          entry.name(), whole.dtype(), whole.shape(), channel -> copy(whole, channel));
    }
    LowRankPair pair = pairs.get(entry.name());
    NewTensor.Body body =
        pair == null ? channel -> copy(entry, channel) : channel -> add(entry, pair, channel);
    return new NewTensor(entry.name(), entry.dtype(), entry.shape(), body);
  }

  private static void copy(TensorEntry entry, WritableByteChannel channel) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = TensorData.map(entry, arena);
      long step = 1 << 24;
      for (long at = 0; at < bytes.byteSize(); at += step) {
        long length = Math.min(step, bytes.byteSize() - at);
        SafetensorsWriter.writeFully(channel, bytes.asSlice(at, length).asByteBuffer());
      }
    }
  }

  /** Goes row by row: a row of W, the rank rows of A and the sums stay in the processor's cache. */
  private static void add(TensorEntry weight, LowRankPair pair, WritableByteChannel channel)
      throws IOException {
    int rows = Math.toIntExact(weight.shape().getFirst());
    int columns = Math.toIntExact(weight.shape().getLast());
    int rank = Math.toIntExact(pair.a().shape().getFirst());
    float[] a = TensorData.floats(pair.a());
    float[] b = TensorData.floats(pair.b());
    float[] row = new float[columns];
    float[] product = new float[columns];
    ByteBuffer bytes = ByteBuffer.allocateDirect(columns * weight.dtype().bytes());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment base = TensorData.map(weight, arena);
      for (int o = 0; o < rows; o++) {
        TensorData.read(base, weight.dtype(), (long) o * columns, row);
        multiply(b, o * rank, a, product);
        for (int i = 0; i < columns; i++) {
          row[i] += pair.scale() * product[i];
        }
        TensorData.write(MemorySegment.ofBuffer(bytes.clear()), weight.dtype(), row);
        SafetensorsWriter.writeFully(channel, bytes);
      }
    }
  }

  /** Row of B, starting at {@code first}, times A [rank, columns]. */
  private static void multiply(float[] b, int first, float[] a, float[] product) {
    Arrays.fill(product, 0);
    int columns = product.length;
    for (int k = 0; k * columns < a.length; k++) {
      float factor = b[first + k];
      for (int i = 0; i < columns; i++) {
        product[i] += factor * a[k * columns + i];
      }
    }
  }
}
