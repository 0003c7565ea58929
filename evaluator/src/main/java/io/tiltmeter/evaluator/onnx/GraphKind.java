package io.tiltmeter.evaluator.onnx;

import java.util.Locale;

/** Where a model's graph comes from. */
public enum GraphKind {
  /** Written here from a checkpoint's configuration. */
  BUILT,
  /** Brought by the model, vetted and written anew. */
  EXPORT;

  /** The name used in files: lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
