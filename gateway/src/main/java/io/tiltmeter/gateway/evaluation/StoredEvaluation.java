package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.run.Savings;
import io.tiltmeter.policy.gate.Attempt;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation of one artifact, as it was begun; a worker that goes on with it asks the same.
 *
 * @param packDigest the pack that it began with
 * @param tuned manifest of the artifact
 * @param savings what need not be asked
 * @param spent time that earlier tries took
 * @param isTimeOver whether it has a verdict that says that its time was over
 * @param setting digest of what its answers were given in, once that is known
 * @param attempt which try of its training data it is
 * @param sameAs the evaluation whose answers it took over, if it did
 * @param strongJudge the stronger judge that it asks, if it asks one
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
    boolean isTimeOver,
    @Nullable String setting,
    Attempt attempt,
    @Nullable String sameAs,
    @Nullable String strongJudge) {}
