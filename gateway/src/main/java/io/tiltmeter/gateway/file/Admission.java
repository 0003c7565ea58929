package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.idempotency.Idempotency;
import io.tiltmeter.gateway.limit.Quotas;

/**
 * What decides whether a file may come in.
 *
 * @param fileBytes the most that one may have
 */
public record Admission(long fileBytes, Quotas quotas, Idempotency idempotency) {}
