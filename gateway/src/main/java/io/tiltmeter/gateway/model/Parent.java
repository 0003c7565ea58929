package io.tiltmeter.gateway.model;

import io.tiltmeter.policy.lineage.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A released model, as one that may be tuned further.
 *
 * @param root name of the base at the root of its lineage
 * @param base manifest of the whole weights that it was made of
 * @param artifact manifest of what was released
 * @param whole manifest of its own whole weights; null while they were not written yet
 * @param passed whether the gate let it out, and not people against the gate
 */
public record Parent(
    String name,
    String root,
    Digest base,
    Digest artifact,
    @Nullable Digest whole,
    boolean passed) {}
