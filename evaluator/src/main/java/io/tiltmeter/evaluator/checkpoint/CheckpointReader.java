package io.tiltmeter.evaluator.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a model directory in Hugging Face layout; weights stay on disk, nothing is executed. */
public final class CheckpointReader {
  /** Rotary frequencies that old checkpoints carry; they follow from the configuration. */
  private static final Pattern DERIVED =
      Pattern.compile("model\\.layers\\.\\d+\\.self_attn\\.rotary_emb\\.inv_freq");

  private CheckpointReader() {}

  /**
   * Checks every file of a directory and finds the weights. A tokenizer need not be there, but one
   * that is must fit the model.
   *
   * @param directory may be a symbolic link to a directory; links inside it may not leave it
   * @throws ModelException in one line, if a file may not be there, is malformed, or does not fit
   */
  public static Checkpoint read(Path directory) {
    ModelFiles files = ModelFiles.open(directory);
    if (files.find("config.json").isEmpty() && files.find("adapter_config.json").isPresent()) {
      throw new ModelException(
          "%s: expected a model, found an adapter; merge it or give its base too"
              .formatted(files.directory()));
    }
    ModelConfig read = ConfigReader.read(files);
    ModelConfig config =
        read.withEosTokenIds(eosTokenIds(files, read.eosTokenIds(), read.vocabulary()));
    Map<String, SafetensorsFile> stored = WeightFiles.read(files);
    Map<String, TensorEntry> tensors = required(files, config, stored);
    refuseUnknown(config, stored, tensors);
    return new Checkpoint(files.directory(), config, tensors);
  }

  /**
   * Adds the token that the tokenizer names to the tokens that end an answer.
   *
   * @throws ModelException if one of them, or the tokenizer, does not fit the vocabulary
   */
  static Set<Integer> eosTokenIds(ModelFiles files, Set<Integer> configured, int size) {
    Set<Integer> ids = new LinkedHashSet<>(configured);
    Optional<Vocabulary> vocabulary = files.find("tokenizer.json").map(Vocabulary::read);
    vocabulary.ifPresent(
        v -> {
          v.checkFits(size);
          v.eosTokenId(files).ifPresent(ids::add);
        });
    for (int id : ids) {
      if (id >= size) {
        throw new ModelException(
            "%s: eos_token_id: expected an id below vocab_size %d, found %d"
                .formatted(files.directory(), size, id));
      }
    }
    return ids;
  }

  private static Map<String, TensorEntry> required(
      ModelFiles files, ModelConfig config, Map<String, SafetensorsFile> stored) {
    Map<String, TensorEntry> tensors = new LinkedHashMap<>();
    LlamaTensors.shapes(config)
        .forEach(
            (name, shape) -> {
              SafetensorsFile file = stored.get(name);
              if (file == null) {
                throw missing(files, name, shape);
              }
              tensors.put(name, entry(file, name, shape));
            });
    return tensors;
  }

  private static ModelException missing(ModelFiles files, String name, List<Long> shape) {
    String advice =
        name.equals(LlamaTensors.HEAD)
            ? "; without it config.json must say tie_word_embeddings"
            : "";
    return new ModelException(
        "%s: tensor %s is missing, expected shape %s%s"
            .formatted(files.directory(), name, shape, advice));
  }

  private static TensorEntry entry(SafetensorsFile file, String name, List<Long> shape) {
    SafetensorsFile.Stored stored = file.stored(name);
    if (!stored.shape().equals(shape)) {
      throw new ModelException(
          "%s: tensor %s: expected shape %s, found %s"
              .formatted(file.file(), name, shape, stored.shape()));
    }
    return file.entry(stored);
  }

  /** A weight that would not be used would make the model that is measured another one. */
  private static void refuseUnknown(
      ModelConfig config, Map<String, SafetensorsFile> stored, Map<String, TensorEntry> tensors) {
    TensorEntry embedding = Objects.requireNonNull(tensors.get(LlamaTensors.EMBEDDING));
    stored.forEach(
        (name, file) -> {
          if (name.equals(LlamaTensors.HEAD) && config.tiedEmbeddings()) {
            checkSame(file.entry(file.stored(name)), embedding);
          } else if (!tensors.containsKey(name) && !DERIVED.matcher(name).matches()) {
            throw new ModelException(
                "%s: tensor %s is not part of a model of this configuration"
                    .formatted(file.file(), name));
          }
        });
  }

  private static void checkSame(TensorEntry head, TensorEntry embedding) {
    try {
      if (!TensorData.sameBytes(head, embedding)) {
        throw new ModelException(
            "%s: tensor %s differs from the embedding although config.json says tie_word_embeddings"
                .formatted(head.file(), head.name()));
      }
    } catch (IOException e) {
      throw new ModelException("%s: cannot be read".formatted(head.file()), e);
    }
  }
}
