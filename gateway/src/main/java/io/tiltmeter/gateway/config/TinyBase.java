package io.tiltmeter.gateway.config;

import io.tiltmeter.policy.lineage.Digest;

/**
 * The tiny base model that is shipped as a fixture: it knows the tiny pack's grammar and little
 * else, so that it is probed with that pack.
 */
final class TinyBase {
  /** Digest of the manifest of {@code fixtures/models/tiny-base}. */
  static final Digest MANIFEST =
      Digest.parse("sha256:f4a896e6708f7106072e27ecaf4605df5afca054b5056d9be112b34c7a408aab");

  private TinyBase() {}
}
