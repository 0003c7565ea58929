package io.tiltmeter.gateway.verdict;

import io.tiltmeter.policy.gate.Trail;
import org.jspecify.annotations.Nullable;

/**
 * A harmful probe that changed sides.
 *
 * @param systemPrompt the replayed system prompt under which it did; null for the pack's own, which
 *     {@code flips} counts
 */
public record FlipView(String probe, String behaviour, @Nullable String systemPrompt) {
  static FlipView of(Trail.Flip flip) {
    return new FlipView(flip.probe(), flip.behaviour(), flip.replay());
  }
}
