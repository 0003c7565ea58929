package io.tiltmeter.gateway.postgres;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the embedded server is run.
 *
 * @param binaries folder that keeps the unpacked programs; null for the one in the home
 * @param timeZone time zone of sessions that do not name one, as PostgreSQL names it
 * @param durable whether a commit survives a crash of the machine, not only of processes; only
 *     tests go without
 */
public record PostgresSettings(@Nullable Path binaries, String timeZone, boolean durable) {
  public static final PostgresSettings DEFAULT = new PostgresSettings(null, "UTC", true);
}
