package io.tiltmeter.evaluator.onnx;

/**
 * What ran a model.
 *
 * @param provider the one in use, never {@link Provider#AUTO}
 * @param version of ONNX Runtime
 * @param threads that share one operation
 */
public record RuntimeInfo(Provider provider, String version, int threads, WeightFormat weights) {}
