package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.db.Database;
import java.time.Clock;
import java.time.Duration;

/** Forgets deliveries of old. */
public final class DeliveryLog {
  private static final Duration KEPT = Duration.ofDays(30);

  private final Database database;
  private final DeliveryStore deliveries;
  private final Clock clock;

  public DeliveryLog(Database database, Clock clock) {
    this.database = database;
    this.deliveries = new DeliveryStore(clock);
    this.clock = clock;
  }

  /** Removes events of more than 30 days ago, but for what is still to be sent. Blocks. */
  public void forget() {
    database.transact(sql -> deliveries.forget(sql, clock.instant().minus(KEPT)));
  }
}
