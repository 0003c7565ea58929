package io.tiltmeter.gateway.model;

import io.tiltmeter.policy.lineage.Digest;
import java.time.Instant;

/**
 * A tuned model that went out.
 *
 * @param name {@code ft:base:tenant:suffix:id}
 * @param tenant the tenant's name
 * @param attestation the DSSE envelope, as JSON
 */
public record ReleasedModel(
    String name, String tenant, Digest artifactDigest, String attestation, Instant createdAt) {}
