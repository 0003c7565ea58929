package io.tiltmeter.gateway.model;

import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import java.util.Locale;

/** A pinned set of model files. */
public record Artifact(Kind kind, Manifest manifest) {

  /** What an artifact can be. */
  public enum Kind {
    /** All weights of a model. */
    MODEL,
    /** A LoRA adapter for a base. */
    ADAPTER;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Kind of(String wireName) {
      return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
  }

  /** The digest of its manifest, by which it is known. */
  public Digest digest() {
    return manifest.digest();
  }
}
