package io.tiltmeter.evaluator.embedding;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;

/** all-MiniLM-L6-v2 in its 8-bit form, as its package brings it. */
final class SentenceEncoder implements AutoCloseable {
  private static final String MODEL = "/all-minilm-l6-v2-q.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";

  private final OrtSession session;

  private SentenceEncoder(OrtSession session) {
    this.session = session;
  }

  static SentenceEncoder open() throws IOException, OrtException {
    return new SentenceEncoder(
        OrtEnvironment.getEnvironment()
            .createSession(bytes(MODEL), new OrtSession.SessionOptions()));
  }

  static HuggingFaceTokenizer tokenizer() throws IOException {
    try (InputStream in = SentenceEncoder.class.getResourceAsStream(TOKENIZER)) {
      return HuggingFaceTokenizer.newInstance(
          in,
          Map.of(
              "truncation",
              "do_not_truncate",
              "padding",
              "do_not_pad",
              "addSpecialTokens",
              "false"));
    }
  }

  static byte[] tokenizerFile() throws IOException {
    return bytes(TOKENIZER);
  }

  private static byte[] bytes(String resource) throws IOException {
    try (InputStream in = SentenceEncoder.class.getResourceAsStream(resource)) {
      return in.readAllBytes();
    }
  }

  /** The means over the positions of each row; all rows have one length. */
  float[][] means(long[][] ids) throws OrtException {
    long[][] ones = new long[ids.length][ids[0].length];
    Arrays.stream(ones).forEach(row -> Arrays.fill(row, 1));
    long[][] zeros = new long[ids.length][ids[0].length];
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OnnxTensor input = OnnxTensor.createTensor(environment, ids);
        OnnxTensor mask = OnnxTensor.createTensor(environment, ones);
        OnnxTensor types = OnnxTensor.createTensor(environment, zeros);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", types))) {
      float[][][] states = (float[][][]) result.get(0).getValue();
      return Arrays.stream(states).map(SentenceEncoder::mean).toArray(float[][]::new);
    }
  }

  private static float[] mean(float[][] states) {
    float[] mean = new float[states[0].length];
    for (float[] state : states) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += state[i] / states.length;
      }
    }
    return mean;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
