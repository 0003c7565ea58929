package io.tiltmeter.evaluator.onnx;

import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.Projection;
import io.tiltmeter.evaluator.onnx.TinyLlama.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * The Llama forward pass written down plainly in float64 (Touvron et al. 2023, section 2.2), one
 * sequence at a time and without a cache.
 */
public final class ReferenceLlama {
  private final TinyLlama model;
  private final ModelConfig config;

  public ReferenceLlama(TinyLlama model) {
    this.model = model;
    this.config = model.config();
  }

  /** Greedy answer of exactly {@code count} tokens. */
  public List<Integer> answer(List<Integer> prompt, int count) {
    List<Integer> all = new ArrayList<>(prompt);
    for (int i = 0; i < count; i++) {
      all.add(largest(logits(all)));
    }
    return List.copyOf(all.subList(prompt.size(), all.size()));
  }

  /** Logits after the last token. */
  public double[] logits(List<Integer> tokens) {
    int length = tokens.size();
    double[][] x = new double[length][];
    for (int t = 0; t < length; t++) {
      x[t] = row(weight("model.embed_tokens.weight"), tokens.get(t));
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      addAttention(x, layer);
      addFeedForward(x, layer);
    }
    String head = config.tiedEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight";
    return times(weight(head), norm(x[length - 1], weight("model.norm.weight")));
  }

  private void addAttention(double[][] x, int layer) {
    int length = x.length;
    double[][] queries = new double[length][];
    double[][] keys = new double[length][];
    double[][] values = new double[length][];
    for (int t = 0; t < length; t++) {
      double[] normed = norm(x[t], weight("model.layers." + layer + ".input_layernorm.weight"));
      queries[t] = rotated(times(weight(Projection.Q.weight(layer)), normed), t);
      keys[t] = rotated(times(weight(Projection.K.weight(layer)), normed), t);
      values[t] = times(weight(Projection.V.weight(layer)), normed);
    }
    for (int t = 0; t < length; t++) {
      double[] heads = new double[config.heads() * config.headDim()];
      for (int head = 0; head < config.heads(); head++) {
        attend(heads, head, queries[t], keys, values, t);
      }
      add(x[t], times(weight(Projection.O.weight(layer)), heads));
    }
  }

  private void attend(
      double[] heads, int head, double[] query, double[][] keys, double[][] values, int now) {
    int width = config.headDim();
    int own = head * width;
    int shared = head / (config.heads() / config.kvHeads()) * width;
    double[] shares = new double[now + 1];
    double total = 0;
    for (int t = 0; t <= now; t++) {
      double score = 0;
      for (int i = 0; i < width; i++) {
        score += query[own + i] * keys[t][shared + i];
      }
      shares[t] = Math.exp(score / Math.sqrt(width));
      total += shares[t];
    }
    for (int t = 0; t <= now; t++) {
      for (int i = 0; i < width; i++) {
        heads[own + i] += shares[t] / total * values[t][shared + i];
      }
    }
  }

  /** Rotates component i of a head with component i + half. */
  private double[] rotated(double[] vector, int position) {
    int width = config.headDim();
    double[] result = new double[vector.length];
    for (int start = 0; start < vector.length; start += width) {
      for (int i = 0; i < width / 2; i++) {
        double angle = position * config.rope().frequencies().get(i);
        double first = vector[start + i];
        double second = vector[start + i + width / 2];
        result[start + i] = first * Math.cos(angle) - second * Math.sin(angle);
        result[start + i + width / 2] = second * Math.cos(angle) + first * Math.sin(angle);
      }
    }
    return result;
  }

  private void addFeedForward(double[][] x, int layer) {
    for (double[] token : x) {
      double[] normed =
          norm(token, weight("model.layers." + layer + ".post_attention_layernorm.weight"));
      double[] gate = times(weight(Projection.GATE.weight(layer)), normed);
      double[] up = times(weight(Projection.UP.weight(layer)), normed);
      for (int i = 0; i < gate.length; i++) {
        gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
      }
      add(token, times(weight(Projection.DOWN.weight(layer)), gate));
    }
  }

  private double[] norm(double[] x, Matrix weight) {
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    double root = Math.sqrt(squares / x.length + config.rmsNormEps());
    double[] result = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = x[i] / root * weight.at(0, i);
    }
    return result;
  }

  private static double[] times(Matrix matrix, double[] x) {
    double[] result = new double[matrix.rows()];
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column < matrix.columns(); column++) {
        result[row] += matrix.at(row, column) * x[column];
      }
    }
    return result;
  }

  private static void add(double[] x, double[] more) {
    for (int i = 0; i < x.length; i++) {
      x[i] += more[i];
    }
  }

  private static double[] row(Matrix matrix, int row) {
    double[] result = new double[matrix.columns()];
    for (int column = 0; column < matrix.columns(); column++) {
      result[column] = matrix.at(row, column);
    }
    return result;
  }

  private static int largest(double[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  private Matrix weight(String name) {
    return model.weight(name);
  }
}
