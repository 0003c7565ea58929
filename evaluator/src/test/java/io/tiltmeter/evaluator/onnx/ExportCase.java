package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An ONNX export of an {@link ArchitectureCase}'s model; {@code src/test/python/exports.py} wrote
 * the graphs.
 *
 * @param layout {@code single}, {@code merged} or {@code pair}
 */
public record ExportCase(String architecture, String layout) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Writes the export with weights beside the graphs. */
  public void write(Path directory) throws IOException {
    ArchitectureCase model = ArchitectureCase.read(architecture);
    Files.write(directory.resolve("config.json"), model.config());
    JsonNode files = MAPPER.readTree(resource("weights.json"));
    for (Map.Entry<String, JsonNode> file : files.properties()) {
      String data = file.getKey();
      String graph = data.substring(0, data.length() - "_data".length());
      Files.write(directory.resolve(data), weights(model, file.getValue()));
      try (InputStream in = new GZIPInputStream(open(graph + ".gz"))) {
        Files.copy(in, directory.resolve(graph));
      }
    }
  }

  /** Moves the weights of a written export into its graphs, as small exports have them. */
  static void inline(Path graph) throws IOException {
    Path file = graph.resolveSibling(graph.getFileName() + "_data");
    byte[] data = Files.readAllBytes(file);
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(graph)).toBuilder();
    model.getGraphBuilder().getInitializerBuilderList().stream()
        .filter(tensor -> tensor.getExternalDataCount() > 0)
        .forEach(
            tensor -> {
              int offset = Integer.parseInt(tensor.getExternalData(1).getValue());
              int length = Integer.parseInt(tensor.getExternalData(2).getValue());
              tensor
                  .clearExternalData()
                  .clearDataLocation()
                  .setRawData(ByteString.copyFrom(data, offset, length));
            });
    Files.write(graph, model.build().toByteArray());
    Files.delete(file);
  }

  private static byte[] weights(ArchitectureCase model, JsonNode listed) {
    JsonNode last = listed.get(listed.size() - 1);
    int size =
        last.path("offset").intValue() + model.weight(last.path("weight").stringValue()).length;
    ByteBuffer data = ByteBuffer.allocate(size);
    for (JsonNode entry : listed) {
      String weight = entry.path("weight").stringValue();
      byte[] bytes = model.weight(weight);
      data.position(entry.path("offset").intValue());
      data.put(
          entry.path("transposed").booleanValue() ? transposed(bytes, model.shape(weight)) : bytes);
    }
    return data.array();
  }

  private static byte[] transposed(byte[] bytes, List<Long> shape) {
    int rows = Math.toIntExact(shape.getFirst());
    int columns = Math.toIntExact(shape.getLast());
    ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer to = ByteBuffer.allocate(bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        to.putFloat(from.getFloat((row * columns + column) * Float.BYTES));
      }
    }
    return to.array();
  }

  private byte[] resource(String file) throws IOException {
    try (InputStream in = open(file)) {
      return in.readAllBytes();
    }
  }

  private InputStream open(String file) {
    String path = "exports/%s-%s/%s".formatted(architecture, layout, file);
    return Objects.requireNonNull(ExportCase.class.getResourceAsStream(path), path);
  }
}
