package io.tiltmeter.evaluator.gguf;

import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.NewTensor;
import io.tiltmeter.evaluator.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * Writes a tensor row by row, so that one row is in memory at a time.
 *
 * @param heads for query and key weights, whose rows llama.cpp pairs within each head; 0 for others
 */
record TensorRows(GgufFile file, GgufTensor tensor, int heads) implements NewTensor.Body {

  @Override
  public void writeTo(WritableByteChannel channel) throws IOException {
    int columns = Math.toIntExact(tensor.shape().getLast());
    long rows = tensor.elements() / columns;
    int stored = Math.toIntExact(tensor.bytes() / rows);
    ByteBuffer blocks = ByteBuffer.allocateDirect(stored).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(columns * Dtype.F32.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    float[] row = new float[columns];
    for (long r = 0; r < rows; r++) {
      file.read(blocks.clear(), tensor.offset() + source(r, rows) * stored);
      blocks.flip();
      if (tensor.type().isPlain()) {
        SafetensorsWriter.writeFully(channel, blocks);
      } else {
        Dequantiser.row(tensor.type(), blocks, row);
        bytes.clear().asFloatBuffer().put(row);
        SafetensorsWriter.writeFully(channel, bytes);
      }
    }
  }

  /**
   * Where the row lies. llama.cpp rotates neighbours, Hugging Face a row of the first half of a
   * head with one of the second half ({@code permute} in llama.cpp's conversion): row {@code half *
   * j + i} of a head is its row {@code 2 * i + j} in the file.
   */
  private long source(long row, long rows) {
    if (heads == 0) {
      return row;
    }
    long width = rows / heads;
    long half = width / 2;
    long inHead = row % width;
    return row - inHead + inHead % half * 2 + inHead / half;
  }
}
