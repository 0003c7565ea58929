package io.tiltmeter.gateway.db;

import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.vertx.core.Vertx;
import io.vertx.pgclient.pubsub.PgSubscriber;
import java.util.function.Consumer;

/**
 * What the database tells its listeners ({@code LISTEN}/{@code NOTIFY}).
 *
 * <p>A notification only wakes: it can be lost with its connection, so whoever listens also polls.
 */
public final class Notifications implements AutoCloseable {
  private static final long RECONNECT_MILLIS = 500;

  private final PgSubscriber subscriber;

  private Notifications(PgSubscriber subscriber) {
    this.subscriber = subscriber;
  }

  /** Listens; reconnects by itself for as long as it is open. */
  public static Notifications listen(Vertx vertx, PostgresAddress address) {
    PgSubscriber subscriber = PgSubscriber.subscriber(vertx, Database.options(address));
    subscriber.reconnectPolicy(_ -> RECONNECT_MILLIS);
    subscriber.connect();
    return new Notifications(subscriber);
  }

  /** Hands over the payload of each notification on this channel, on an event loop. */
  public void on(Channel channel, Consumer<String> listener) {
    subscriber.channel(channel.wireName()).handler(listener::accept);
  }

  /** Says something on a channel, when the transaction commits. */
  public static void send(Sql sql, Channel channel, String payload) {
    sql.run("select pg_notify($1, $2)", channel.wireName(), payload);
  }

  @Override
  public void close() {
    subscriber.close();
  }

  /** What can be listened to. */
  public enum Channel {
    /** There is a new work item; the payload is its kind. */
    WORK,
    /** A job changed; the payload is its id. */
    JOB;

    String wireName() {
      return "tiltmeter_" + name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
