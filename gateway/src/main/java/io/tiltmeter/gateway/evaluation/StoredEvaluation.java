package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.run.Savings;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Duration;
import java.util.UUID;

/**
 * One evaluation of one artifact, as it was begun; a worker that goes on with it asks the same.
 *
 * @param packDigest the pack that it began with
 * @param tuned manifest of the artifact
 * @param savings what need not be asked
 * @param spent time that earlier tries took
 * @param isTimeOver whether it has a verdict that says that its time was over
 */
public record StoredEvaluation(
    String id,
    String jobId,
    UUID tenantId,
    Digest packDigest,
    Digest policyDigest,
    Digest base,
    Digest tuned,
    int maxTokens,
    Savings savings,
    Duration spent,
    boolean isTimeOver) {}
