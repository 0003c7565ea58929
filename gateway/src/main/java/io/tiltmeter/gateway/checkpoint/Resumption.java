package io.tiltmeter.gateway.checkpoint;

import io.tiltmeter.policy.lineage.Digest;
import org.jspecify.annotations.Nullable;

/**
 * What a training goes on from.
 *
 * @param checkpoint its id
 * @param step optimiser steps that it had
 * @param steps of the whole training, as the trainer that sent it counted; null where it told none
 * @param artifact manifest of its pinned files
 */
public record Resumption(String checkpoint, long step, @Nullable Long steps, Digest artifact) {}
