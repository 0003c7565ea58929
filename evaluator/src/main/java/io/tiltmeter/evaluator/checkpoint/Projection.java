package io.tiltmeter.evaluator.checkpoint;

/** The seven linear maps of a decoder layer, which LoRA adapters may change. */
public enum Projection {
  Q("self_attn.q_proj"),
  K("self_attn.k_proj"),
  V("self_attn.v_proj"),
  O("self_attn.o_proj"),
  GATE("mlp.gate_proj"),
  UP("mlp.up_proj"),
  DOWN("mlp.down_proj");

  private final String path;

  Projection(String path) {
    this.path = path;
  }

  /** Name of the module within its layer. */
  public String path() {
    return path;
  }

  /** Name of the weight tensor in layer {@code layer}. */
  public String weight(int layer) {
    return "model.layers." + layer + "." + path + ".weight";
  }

  /** Name of the bias in layer {@code layer}, where the model has one. */
  public String bias(int layer) {
    return "model.layers." + layer + "." + path + ".bias";
  }
}
