package io.tiltmeter.evaluator.onnx;

import java.util.Locale;

/** What computes: a wish ({@link #AUTO}) or a named device. */
public enum Provider {
  /** CUDA where the runtime and the machine have it, the CPU elsewhere. */
  AUTO,
  CPU,
  CUDA,
  TENSORRT;

  /** The name used on the command line and in files: lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
