package io.tiltmeter.dashboards.job;

import java.time.Instant;

/**
 * What was signed and let out.
 *
 * @param name the public name, {@code ft:base:tenant:suffix:id}
 * @param attestationHref where the signed statement can be fetched
 * @param policyDigest {@code sha256:} and 64 digits
 * @param packDigest likewise
 * @param files how many files the statement pins
 */
public record ReleasedModel(
    String name,
    Instant signedAt,
    String attestationHref,
    String policyDigest,
    String packDigest,
    int files) {}
