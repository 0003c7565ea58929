package io.tiltmeter.dashboards.job;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the list and the page both say of a job.
 *
 * @param tenant shown to staff only
 * @param model the base model's name
 * @param suffix as the customer chose it; empty if none
 * @param stage where the job is or ended
 * @param status the API's status, such as {@code running}
 * @param took since creation, until the end or until now
 */
public record JobSummary(
    String id,
    String tenant,
    String model,
    String suffix,
    Stage stage,
    String status,
    Outcome outcome,
    Instant created,
    @Nullable Duration took) {}
