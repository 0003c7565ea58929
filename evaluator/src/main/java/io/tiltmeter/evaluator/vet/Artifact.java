package io.tiltmeter.evaluator.vet;

import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A folder from outside that wants to become a model. */
public sealed interface Artifact {

  /** The untrusted folder. */
  Path folder();

  /** What its maker says it is made of; null where nobody said anything. */
  @Nullable Manifest declared();

  /** A whole model in Hugging Face layout. */
  record Model(Path folder, @Nullable Manifest declared) implements Artifact {}

  /**
   * A PEFT LoRA adapter.
   *
   * @param base the model that it has to fit
   * @param recordedBase digest of the base's manifest as its maker recorded it; null where nobody
   *     did
   */
  record Adapter(Path folder, @Nullable Manifest declared, Base base, @Nullable Digest recordedBase)
      implements Artifact {}

  /** A base model from the store. */
  record Base(Path folder, Manifest manifest) {}
}
