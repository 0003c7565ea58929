package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.webhook.DeliveryStore.Result;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one event to one endpoint, and again where it did not arrive.
 *
 * <p>An event can arrive twice, with the same id: where the process dies between the answer and the
 * commit.
 */
public final class DeliveryTask implements Task {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryTask.class);
  private static final int GONE = 410;
  private static final String DELETED = "the endpoint was deleted";

  private final Database database;
  private final WorkStore work;
  private final EndpointStore endpoints;
  private final DeliveryStore deliveries;
  private final SecretBox box;
  private final WebhookSender sender;
  private final Consumer<Outcome> observer;
  private final Clock clock;
  private final RandomGenerator random;

  /**
   * What it works with.
   *
   * @param random spreads what is sent again
   */
  public record Parts(
      WorkStore work, SecretBox box, WebhookSender sender, Clock clock, RandomGenerator random) {}

  /** What came of one attempt; for metrics. */
  public enum Outcome {
    DELIVERED,
    /** It is sent again later. */
    RETRIED,
    /** It is sent no more. */
    FAILED,
    /** Nothing more is sent to its endpoint. */
    DISABLED
  }

  /**
   * @param observer hears of every attempt after its commit
   */
  public DeliveryTask(Database database, Parts parts, Consumer<Outcome> observer) {
    this.database = database;
    this.work = parts.work();
    this.endpoints = new EndpointStore(parts.clock());
    this.deliveries = new DeliveryStore(parts.clock());
    this.box = parts.box();
    this.sender = parts.sender();
    this.observer = observer;
    this.clock = parts.clock();
    this.random = parts.random();
  }

  @Override
  public WorkKind kind() {
    return WorkKind.DELIVER;
  }

  @Override
  public void run(WorkItem item) {
    Optional<Delivery> due = deliveries.pending(database, item.subject());
    Optional<WebhookEndpoint> to =
        due.flatMap(
            delivery -> endpoints.find(database, delivery.tenantId(), delivery.endpointId()));
    if (due.isEmpty() || to.isEmpty()) {
      end(item, DELETED);
      return;
    }
    WebhookEndpoint.Failing failing = to.get().failing();
    if (failing != null && isToWait(due.get(), failing)) {
      database.transact(sql -> postpone(sql, item, due.get(), failing.retryAt()));
      return;
    }
    Attempt attempt = sender.send(to.get().url(), message(due.get(), to.get()));
    database.transact(sql -> conclude(sql, item, due.get(), attempt));
  }

  private boolean isToWait(Delivery delivery, WebhookEndpoint.Failing failing) {
    Instant now = clock.instant();
    return failing.retryAt().isAfter(now) && !isOver(delivery.since(), Retries.GIVE_UP, now);
  }

  private void postpone(Sql sql, WorkItem item, Delivery delivery, Instant until) {
    work.guard(sql, item);
    deliveries.postpone(sql, delivery, until);
    work.renew(sql, WorkKind.DELIVER, delivery.id(), until);
  }

  private WebhookSender.Message message(Delivery delivery, WebhookEndpoint to) {
    return new WebhookSender.Message(
        delivery.event().id(),
        EventView.json(delivery.event()),
        to.secrets().at(clock.instant(), box, to.id()));
  }

  private void conclude(Sql sql, WorkItem item, Delivery delivery, Attempt attempt) {
    work.guard(sql, item);
    // The endpoint may have been deleted or disabled while it was asked.
    Optional<WebhookEndpoint> to = endpoints.lock(sql, delivery.tenantId(), delivery.endpointId());
    if (to.isEmpty() || deliveries.pending(sql, delivery.id()).isEmpty()) {
      deliveries.abandon(sql, delivery, DELETED);
      work.finish(sql, item);
      return;
    }
    Outcome outcome =
        switch (attempt) {
          case Attempt.Answered(int status) when Attempt.arrived(status) ->
              arrived(sql, to.get(), delivery, status);
          case Attempt.Answered(int status) when status == GONE ->
              disable(
                  sql,
                  new Miss(to.get(), delivery, status, "the server answered that it is gone"),
                  WebhookEndpoint.Reason.GONE);
          case Attempt.Answered(int status) ->
              missed(sql, new Miss(to.get(), delivery, status, "the server answered " + status));
          case Attempt.Failed(String problem) ->
              missed(sql, new Miss(to.get(), delivery, null, problem));
        };
    if (outcome != Outcome.RETRIED) {
      work.finish(sql, item);
    }
    sql.afterCommit(() -> observer.accept(outcome));
  }

  private Outcome arrived(Sql sql, WebhookEndpoint to, Delivery delivery, int status) {
    endpoints.arrived(sql, to);
    deliveries.attempted(sql, delivery, new Result(Delivery.State.DELIVERED, status, null), null);
    return Outcome.DELIVERED;
  }

  /** A message that did not arrive. */
  private record Miss(
      WebhookEndpoint endpoint, Delivery delivery, @Nullable Integer status, String problem) {
    Result result(Delivery.State state) {
      return new Result(state, status, problem);
    }
  }

  private Outcome missed(Sql sql, Miss miss) {
    Instant now = clock.instant();
    WebhookEndpoint.Failing failing = miss.endpoint().failing();
    int times = failing == null ? 1 : failing.times() + 1;
    endpoints.missed(sql, miss.endpoint(), now.plus(Retries.after(times, random)));
    if (failing != null && isOver(failing.since(), Retries.DISABLE, now)) {
      return disable(sql, miss, WebhookEndpoint.Reason.FAILING);
    }
    Delivery delivery = miss.delivery();
    if (isOver(delivery.since(), Retries.GIVE_UP, now)) {
      deliveries.attempted(sql, delivery, miss.result(Delivery.State.FAILED), null);
      return Outcome.FAILED;
    }
    Instant next = now.plus(Retries.after(delivery.attempts() + 1, random));
    deliveries.attempted(sql, delivery, miss.result(Delivery.State.PENDING), next);
    work.renew(sql, WorkKind.DELIVER, delivery.id(), next);
    return Outcome.RETRIED;
  }

  private static boolean isOver(Instant since, Duration time, Instant now) {
    return !since.plus(time).isAfter(now);
  }

  private Outcome disable(Sql sql, Miss miss, WebhookEndpoint.Reason reason) {
    deliveries.attempted(sql, miss.delivery(), miss.result(Delivery.State.FAILED), null);
    endpoints.disable(sql, miss.endpoint(), reason);
    deliveries.abandonAll(sql, miss.endpoint());
    sql.afterCommit(
        () -> LOG.warn("webhook endpoint {} is disabled: {}", miss.endpoint().id(), reason));
    return Outcome.DISABLED;
  }

  @Override
  public void giveUp(WorkItem item) {
    end(item, "it could not be sent");
  }

  /** Ends the work; a delivery that is still pending is not sent, for this reason. */
  private void end(WorkItem item, String problem) {
    database.transact(
        sql -> {
          work.guard(sql, item);
          deliveries
              .pending(sql, item.subject())
              .ifPresent(delivery -> deliveries.abandon(sql, delivery, problem));
          work.finish(sql, item);
        });
  }
}
