package io.tiltmeter.evaluator.gguf;

import io.tiltmeter.evaluator.checkpoint.LlamaTensors;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of weights in GGUF files ({@code tensor_mapping.py} of the gguf package). */
final class TensorNames {
  static final String EMBEDDING = "token_embd.weight";
  static final String HEAD = "output.weight";

  /** Factors that stretch the rotary frequencies, as of Llama 3.1 on. */
  private static final String ROPE_FACTORS = "rope_freqs.weight";

  private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)\\.weight");

  private static final Map<String, String> GLOBAL =
      Map.of(
          LlamaTensors.EMBEDDING,
          EMBEDDING,
          LlamaTensors.HEAD,
          HEAD,
          "model.norm.weight",
          "output_norm.weight");

  private static final Map<String, String> IN_LAYER =
      Map.of(
          "input_layernorm", "attn_norm",
          "post_attention_layernorm", "ffn_norm",
          "self_attn.q_proj", "attn_q",
          "self_attn.k_proj", "attn_k",
          "self_attn.v_proj", "attn_v",
          "self_attn.o_proj", "attn_output",
          "mlp.gate_proj", "ffn_gate",
          "mlp.up_proj", "ffn_up",
          "mlp.down_proj", "ffn_down");

  private TensorNames() {}

  /** The name in GGUF files of a weight with this Hugging Face name. */
  static String of(String name) {
    Matcher layer = LAYER.matcher(name);
    if (layer.matches()) {
      String module = Objects.requireNonNull(IN_LAYER.get(layer.group(2)), name);
      return "blk.%s.%s.weight".formatted(layer.group(1), module);
    }
    return Objects.requireNonNull(GLOBAL.get(name), name);
  }

  static GgufTensor require(GgufFile file, String name) {
    GgufTensor tensor = file.tensors().get(name);
    if (tensor == null) {
      throw new ModelException(
          "%s: expected tensor %s, found none; convert the model again"
              .formatted(file.path(), name));
    }
    return tensor;
  }

  /** A tensor of this name and shape. */
  static GgufTensor require(GgufFile file, String name, List<Long> shape) {
    GgufTensor tensor = require(file, name);
    if (!tensor.shape().equals(shape)) {
      throw new ModelException(
          "%s: tensor %s: expected shape %s, found %s; convert the model again"
              .formatted(file.path(), name, shape, tensor.shape()));
    }
    return tensor;
  }

  /** A weight that would not be used would make the model that is measured another one. */
  static ModelException unused(GgufFile file, String name) {
    return new ModelException(
        "%s: expected the weights of a plain Llama model, found tensor %s; %s"
            .formatted(
                file.path(),
                GgufInput.shown(name),
                name.equals(ROPE_FACTORS)
                    ? "scaled rotary positions cannot be run yet"
                    : "only plain Llama models can be imported"));
  }
}
