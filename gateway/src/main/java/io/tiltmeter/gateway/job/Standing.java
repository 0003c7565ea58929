package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.checkpoint.Checkpoint;
import org.jspecify.annotations.Nullable;

/**
 * A job, and what is known of it beside its row.
 *
 * @param verdict the latest, once there is one
 * @param offer the checkpoint that can be taken as the result, while one can
 * @param statement why it was held back, if it was
 * @param report id of the file that its customer was written once it was decided
 */
record Standing(
    Job job,
    @Nullable JobVerdict verdict,
    Checkpoint.@Nullable Offer offer,
    @Nullable StatementView statement,
    @Nullable String report) {}
