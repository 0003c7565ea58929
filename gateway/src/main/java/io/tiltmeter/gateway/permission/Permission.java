package io.tiltmeter.gateway.permission;

import java.time.Instant;

/**
 * That a project may use a checkpoint.
 *
 * @param projectId a name of the tenant's own
 */
record Permission(String id, String projectId, Instant createdAt) {}
