package io.tiltmeter.evaluator.onnx;

import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.Adapter.LowRankPair;
import io.tiltmeter.evaluator.checkpoint.Adapter.Site;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.Projection;
import io.tiltmeter.evaluator.checkpoint.Rope;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;
import io.tiltmeter.evaluator.checkpoint.Traits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A small Llama with random weights, in memory; every test gives its seed. */
public record TinyLlama(ModelConfig config, Map<String, Matrix> weights) {
  /** Longest sequence of all these models. */
  public static final int POSITIONS = 160;

  /** Rows of numbers; a vector is one row. */
  public static final class Matrix {
    private final int rows;
    private final int columns;
    private final float[] values;

    Matrix(int rows, int columns, float[] values) {
      this.rows = rows;
      this.columns = columns;
      this.values = values;
    }

    int rows() {
      return rows;
    }

    int columns() {
      return columns;
    }

    /** Row after row; not a copy. */
    float[] values() {
      return values;
    }

    float at(int row, int column) {
      return values[row * columns + column];
    }
  }

  /** Two layers of width 32, four query heads on two key heads, 64 tokens, no stop token. */
  public static TinyLlama random(long seed, boolean tied) {
    ModelConfig config =
        new ModelConfig(
            32,
            2,
            4,
            2,
            16,
            POSITIONS,
            64,
            POSITIONS,
            Rope.plain(10_000, 16),
            1e-5f,
            tied,
            Set.of(),
            Traits.NONE);
    return random(seed, config);
  }

  /** Random weights for any shape. */
  public static TinyLlama random(long seed, ModelConfig config) {
    Random random = new Random(seed);
    Map<String, Matrix> weights = new LinkedHashMap<>();
    weights.put("model.embed_tokens.weight", matrix(random, config.vocabulary(), config.hidden()));
    weights.put("model.norm.weight", norm(random, config.hidden()));
    if (!config.tiedEmbeddings()) {
      weights.put("lm_head.weight", matrix(random, config.vocabulary(), config.hidden()));
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = "model.layers." + layer + ".";
      weights.put(prefix + "input_layernorm.weight", norm(random, config.hidden()));
      weights.put(prefix + "post_attention_layernorm.weight", norm(random, config.hidden()));
      for (Projection projection : Projection.values()) {
        weights.put(
            projection.weight(layer),
            matrix(random, outputs(config, projection), inputs(config, projection)));
      }
    }
    return new TinyLlama(config, weights);
  }

  /** The same weights with other tokens that end an answer. */
  public TinyLlama stoppingAt(Integer... tokens) {
    return new TinyLlama(config.withEosTokenIds(Set.of(tokens)), weights);
  }

  /** The same model with one weight replaced. */
  public TinyLlama with(String name, Matrix weight) {
    Map<String, Matrix> changed = new LinkedHashMap<>(weights);
    changed.put(name, weight);
    return new TinyLlama(config, changed);
  }

  /** The weights as a file of this type holds them. */
  public TinyLlama roundedTo(Dtype dtype) {
    Map<String, Matrix> rounded = new LinkedHashMap<>();
    weights.forEach((name, weight) -> rounded.put(name, SafetensorsFile.rounded(weight, dtype)));
    return new TinyLlama(config, rounded);
  }

  /** Writes one weight file into an existing directory. */
  public Checkpoint write(Path directory, Dtype dtype) {
    return write(directory, dtype, 1);
  }

  /** Writes the weights in turn into several files. */
  public Checkpoint write(Path directory, Dtype dtype, int shards) {
    try {
      Path real = directory.toRealPath();
      Map<String, TensorEntry> entries = new HashMap<>();
      for (int shard = 0; shard < shards; shard++) {
        Path file = real.resolve("model-%d.safetensors".formatted(shard));
        entries.putAll(SafetensorsFile.write(file, shard(shard, shards), dtype));
      }
      return new Checkpoint(real, config, entries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Matrix> shard(int shard, int shards) {
    Map<String, Matrix> part = new LinkedHashMap<>();
    int i = 0;
    for (Map.Entry<String, Matrix> weight : weights.entrySet()) {
      if (i++ % shards == shard) {
        part.put(weight.getKey(), weight.getValue());
      }
    }
    return part;
  }

  /** A random adapter for some of the projections, of rank 2 and 3 in turn. */
  public Map<Site, LowRank> randomAdapter(long seed, List<Projection> projections) {
    Random random = new Random(seed);
    Map<Site, LowRank> pairs = new LinkedHashMap<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      for (Projection projection : projections) {
        int rank = 2 + pairs.size() % 2;
        Matrix a = matrix(random, rank, inputs(config, projection));
        Matrix b = matrix(random, outputs(config, projection), rank);
        pairs.put(new Site(layer, projection), new LowRank(a, b, 1.5f / rank));
      }
    }
    return pairs;
  }

  /** One low-rank change. */
  public record LowRank(Matrix a, Matrix b, float scale) {}

  /** Writes an adapter into an existing directory. */
  public static Adapter writeAdapter(Path directory, Map<Site, LowRank> pairs, Dtype dtype) {
    Map<String, Matrix> tensors = new LinkedHashMap<>();
    pairs.forEach(
        (site, pair) -> {
          tensors.put(site + ".lora_A.weight", pair.a());
          tensors.put(site + ".lora_B.weight", pair.b());
        });
    try {
      Path real = directory.toRealPath();
      Map<String, TensorEntry> entries =
          SafetensorsFile.write(real.resolve("adapter_model.safetensors"), tensors, dtype);
      Map<Site, LowRankPair> written = new HashMap<>();
      pairs.forEach((site, pair) -> written.put(site, written(entries, site, pair)));
      return new Adapter(real, 3, written, Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The model that base and adapter amount to. */
  public TinyLlama merged(Map<Site, LowRank> pairs) {
    TinyLlama merged = this;
    for (Map.Entry<Site, LowRank> pair : pairs.entrySet()) {
      String name = pair.getKey().projection().weight(pair.getKey().layer());
      merged = merged.with(name, plus(weight(name), pair.getValue()));
    }
    return merged;
  }

  /** The adapter as a file of this type holds it. */
  public static Map<Site, LowRank> rounded(Map<Site, LowRank> pairs, Dtype dtype) {
    Map<Site, LowRank> rounded = new LinkedHashMap<>();
    pairs.forEach(
        (site, pair) ->
            rounded.put(
                site,
                new LowRank(
                    SafetensorsFile.rounded(pair.a(), dtype),
                    SafetensorsFile.rounded(pair.b(), dtype),
                    pair.scale())));
    return rounded;
  }

  /** The adapter with every A so many times as large. */
  public static Map<Site, LowRank> scaled(Map<Site, LowRank> pairs, float factor) {
    Map<Site, LowRank> scaled = new LinkedHashMap<>();
    pairs.forEach(
        (site, pair) ->
            scaled.put(site, new LowRank(times(pair.a(), factor), pair.b(), pair.scale())));
    return scaled;
  }

  /** A vector of one value. */
  public static Matrix vector(int columns, float value) {
    float[] values = new float[columns];
    Arrays.fill(values, value);
    return new Matrix(1, columns, values);
  }

  Matrix weight(String name) {
    Matrix weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException(name);
    }
    return weight;
  }

  private static LowRankPair written(Map<String, TensorEntry> entries, Site site, LowRank pair) {
    TensorEntry a = entries.get(site + ".lora_A.weight");
    TensorEntry b = entries.get(site + ".lora_B.weight");
    if (a == null || b == null) {
      throw new IllegalArgumentException(site.toString());
    }
    return new LowRankPair(a, b, pair.scale());
  }

  private static Matrix plus(Matrix weight, LowRank pair) {
    float[] sum = weight.values().clone();
    for (int row = 0; row < weight.rows(); row++) {
      for (int column = 0; column < weight.columns(); column++) {
        double delta = 0;
        for (int r = 0; r < pair.a().rows(); r++) {
          delta += (double) pair.b().at(row, r) * pair.a().at(r, column);
        }
        sum[row * weight.columns() + column] += (float) (pair.scale() * delta);
      }
    }
    return new Matrix(weight.rows(), weight.columns(), sum);
  }

  private static Matrix times(Matrix matrix, float factor) {
    float[] values = matrix.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return new Matrix(matrix.rows(), matrix.columns(), values);
  }

  private static int inputs(ModelConfig config, Projection projection) {
    return switch (projection) {
      case Q, K, V, GATE, UP -> config.hidden();
      case O -> config.heads() * config.headDim();
      case DOWN -> config.intermediate();
    };
  }

  private static int outputs(ModelConfig config, Projection projection) {
    return switch (projection) {
      case Q -> config.heads() * config.headDim();
      case K, V -> config.kvHeads() * config.headDim();
      case O, DOWN -> config.hidden();
      case GATE, UP -> config.intermediate();
    };
  }

  /** Variance 1 / columns, so that activations keep their size. */
  private static Matrix matrix(Random random, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() / Math.sqrt(columns));
    }
    return new Matrix(rows, columns, values);
  }

  private static Matrix norm(Random random, int columns) {
    float[] values = new float[columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.5f + random.nextFloat();
    }
    return new Matrix(1, columns, values);
  }
}
