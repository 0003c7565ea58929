package io.tiltmeter.gateway.page;

import io.tiltmeter.gateway.db.DatabaseException;
import io.tiltmeter.gateway.evaluation.EvaluationStore;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.JobEvent;
import io.tiltmeter.gateway.page.Streams.OpenStream;
import io.tiltmeter.gateway.patience.Patience;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Writes the events of one job to one browser, until the job, the session or the peer ends. */
final class EventWriter {
  private static final int BATCH = 100;
  private static final Duration POLL = Duration.ofSeconds(3);
  private static final int QUIET_POLLS = 5;
  private static final Duration WRITE = Duration.ofSeconds(20);

  private final PageSite.Parts parts;
  private final Source source;
  private final HttpServerResponse response;
  private final OpenStream stream;
  private long last;
  private int quiet;
  private String shown = "";

  /** What is written, and on whose behalf. */
  record Source(SessionStore sessions, JobListStore rows, Session session, JobRow job) {}

  EventWriter(PageSite.Parts parts, Source source, HttpServerResponse response, OpenStream stream) {
    this.parts = parts;
    this.source = source;
    this.response = response;
    this.stream = stream;
  }

  /** Writes what comes after this sequence number; blocks until the stream ends. */
  void write(long after) {
    last = after;
    shown = position(source.job());
    try {
      send("retry: 2000\n\n");
      boolean goesOn = true;
      while (goesOn && !stream.isEnded()) {
        Future<Boolean> news = stream.listen();
        // Listening begins before looking: what comes in between is not missed.
        goesOn = step();
        if (goesOn && !stream.isEnded()) {
          OpenStream.await(news, POLL);
        }
      }
    } catch (DatabaseException | TimeoutException _) {
      // The browser comes back and goes on where it was.
      stream.end();
    }
    if (!response.ended() && !response.closed()) {
      response.end();
    }
  }

  /** Writes what is new; whether more may come. */
  private boolean step() throws TimeoutException {
    if (!source.sessions().lasts(parts.database(), source.session())) {
      return false;
    }
    // The stage is read first: events that it came with are then there.
    Optional<JobRow> job =
        source.rows().find(parts.database(), source.session().tenantId(), source.job().id());
    if (job.isEmpty()) {
      return false;
    }
    long before = last;
    sendEvents();
    String position = position(job.get());
    boolean isOver = job.get().stage().isFinal();
    if (isOver || !position.equals(shown)) {
      shown = position;
      sendStage(job.get());
    } else if (last == before) {
      keepAlive();
    }
    return !isOver;
  }

  private void sendEvents() throws TimeoutException {
    List<JobEvent> events;
    do {
      events =
          parts
              .stores()
              .events()
              .after(parts.database(), source.job().tenantId(), source.job().id(), last, BATCH);
      for (JobEvent event : events) {
        send("id: %d\ndata: %s\n\n".formatted(event.sequence(), data(event)));
        last = event.sequence();
      }
    } while (events.size() == BATCH);
  }

  private static String data(JobEvent event) {
    return Json.text(
        Map.of(
            "sequence", event.sequence(),
            "created_at", event.createdAt().getEpochSecond(),
            "level", event.level().wireName(),
            "message", event.message()));
  }

  private void sendStage(JobRow job) throws TimeoutException {
    send(
        "event: stage\ndata: %s\n\n".formatted(Json.text(Map.of("stage", job.stage().wireName()))));
  }

  /** Something now and then, or proxies would take the stream for dead. */
  private void keepAlive() throws TimeoutException {
    if (++quiet >= QUIET_POLLS) {
      send(": still here\n\n");
    }
  }

  /** What the page shows of the way; it is told to look again when this changes. */
  private String position(JobRow job) {
    long answered =
        parts
            .stores()
            .evaluations()
            .progress(parts.database(), job.tenantId(), job.id())
            .map(EvaluationStore.Progress::answered)
            .orElse(0L);
    return "%s %s %d".formatted(job.stage(), job.training().step(), answered);
  }

  private void send(String text) throws TimeoutException {
    quiet = 0;
    if (stream.isEnded()) {
      return;
    }
    try {
      Patience.await(response.write(text), WRITE);
    } catch (TimeoutException e) {
      throw e;
    } catch (RuntimeException _) {
      stream.end();
    }
  }
}
