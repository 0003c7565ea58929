package io.tiltmeter.gateway.blob;

import io.tiltmeter.policy.lineage.Digest;

/**
 * What is known of stored bytes.
 *
 * @param size bytes, at least 0
 */
public record Blob(Digest digest, long size) {}
