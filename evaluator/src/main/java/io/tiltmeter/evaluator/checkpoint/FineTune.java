package io.tiltmeter.evaluator.checkpoint;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A whole tuned model beside its base. */
public final class FineTune {
  /**
   * Least part of the base's bytes that both must hold for one session to be worth it: rows that
   * differ in a matrix are picked out and put back around it.
   */
  private static final double LEAST_SHARED = 0.25;

  private FineTune() {}

  /**
   * The tensors whose bytes differ from the base's, as an adapter that brings them whole; reads
   * what is alike once.
   *
   * @return empty where the configurations differ, or too little is alike to be shared
   * @throws ModelException if a file cannot be read
   */
  public static Optional<Adapter> changes(Checkpoint base, Checkpoint tuned) {
    if (!base.config().equals(tuned.config())) {
      return Optional.empty();
    }
    Map<String, TensorEntry> changed = new HashMap<>();
    long bytes = 0;
    long shared = 0;
    for (Map.Entry<String, TensorEntry> own : tuned.tensors().entrySet()) {
      TensorEntry before = Objects.requireNonNull(base.tensors().get(own.getKey()));
      bytes += before.length();
      if (isSame(before, own.getValue())) {
        shared += before.length();
      } else {
        changed.put(own.getKey(), own.getValue());
      }
    }
    TensorEntry embedding = changed.get(LlamaTensors.EMBEDDING);
    if (embedding != null && base.config().tiedEmbeddings()) {
      changed.put(LlamaTensors.HEAD, embedding);
    }
    return shared < LEAST_SHARED * bytes
        ? Optional.empty()
        : Optional.of(new Adapter(tuned.directory(), 0, Map.of(), changed));
  }

  private static boolean isSame(TensorEntry one, TensorEntry other) {
    try {
      return TensorData.sameBytes(one, other);
    } catch (IOException e) {
      throw new ModelException(
          "tensor \"%s\" cannot be read from %s or %s: %s; copy the models again"
              .formatted(other.name(), one.file(), other.file(), e.getMessage()),
          e);
    }
  }
}
