package io.tiltmeter.gateway.idempotency;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.RequestException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Does what a request with an {@code Idempotency-Key} asks for once, however often it is sent
 * within a day, and answers every time as the first (draft-ietf-httpapi-idempotency-key-header).
 *
 * <p>The answer is kept in the transaction that does the work: there is never one without the
 * other, also after a crash. A request that failed leaves nothing, and may be sent again. Answers
 * are kept as they are, so that none may hold a secret.
 */
public final class Idempotency {
  private static final Duration KEPT = Duration.ofHours(24);

  private final IdempotencyStore store;

  public Idempotency(Clock clock) {
    this.store = new IdempotencyStore(clock, KEPT);
  }

  /**
   * Does the work, unless it was done before.
   *
   * @param work in this transaction; what it gives is written as JSON
   * @throws RequestException with status 409 if the key came with another request, or a request of
   *     this key is at work
   */
  public Answer once(Sql transaction, Repeatable request, Supplier<Object> work) {
    String key = request.key();
    if (key == null) {
      return new Answer(Json.text(work.get()), false);
    }
    if (!store.tryLock(transaction, request.tenantId(), key)) {
      throw conflict(
          "idempotency_key_in_use",
          "A request with this Idempotency-Key is at work; wait for its answer.");
    }
    return earlier(transaction, request).orElseGet(() -> first(transaction, request, key, work));
  }

  private Answer first(Sql transaction, Repeatable request, String key, Supplier<Object> work) {
    String json = Json.text(work.get());
    store.keep(transaction, request, key, json);
    return new Answer(json, false);
  }

  /**
   * The answer that this request was given before.
   *
   * @throws RequestException with status 409 if its key came with another request
   */
  public Optional<Answer> earlier(Sql sql, Repeatable request) {
    String key = request.key();
    return key == null
        ? Optional.empty()
        : store.find(sql, request.tenantId(), key).map(kept -> same(kept, request));
  }

  private static Answer same(IdempotencyStore.Kept kept, Repeatable request) {
    if (!kept.digest().equals(request.digest())) {
      throw conflict(
          "idempotency_key_reused",
          "This Idempotency-Key came with another request before; send a new key.");
    }
    return new Answer(kept.json(), true);
  }

  private static RequestException conflict(String code, String message) {
    return new RequestException(409, code, null, message);
  }

  /** Forgets answers whose time is over. */
  public void sweep(Sql sql) {
    store.sweep(sql);
  }
}
