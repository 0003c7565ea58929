package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.cases.OpenCase;
import io.tiltmeter.dashboards.cases.OpenCase.About;
import io.tiltmeter.dashboards.cases.OpenCase.Due;
import io.tiltmeter.dashboards.cases.OpenCase.Step;
import io.tiltmeter.dashboards.cases.OpenCases;
import io.tiltmeter.dashboards.cases.OpenCases.Filter;
import io.tiltmeter.gateway.http.Query;
import io.tiltmeter.gateway.key.Caller;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The queue of cases that wait for people, of jobs and of past training files. */
final class CasePages {
  private static final int PAGE = 50;

  private final PageSite.Parts parts;
  private final JobPages jobs;
  private final CaseQueueStore queue;

  CasePages(PageSite.Parts parts, JobPages jobs, CaseQueueStore queue) {
    this.parts = parts;
    this.jobs = jobs;
    this.queue = queue;
  }

  void list(RoutingContext context) {
    jobs.signedIn(context).ifPresent(session -> list(context, session));
  }

  private void list(RoutingContext context, Session session) {
    Caller.Staff person = Visit.reviewer(context, session, "Cases need");
    Query query = Query.of(context);
    Filter filter = query.text("show").flatMap(Filter::ofWireName).orElse(null);
    String after = query.text("after").orElse(null);
    List<QueuedCase> found = queue.list(parts.database(), filter, after, PAGE + 1);
    List<QueuedCase> shown = found.subList(0, Math.min(PAGE, found.size()));
    Instant now = parts.clock().instant();
    OpenCases list =
        new OpenCases(
            filter,
            shown.stream().map(one -> open(one, person, now)).toList(),
            queue.counts(parts.database()),
            after == null,
            found.size() > PAGE ? shown.getLast().id() : null);
    Visit.html(context, 200, parts.pages().cases(Visit.frame(context, session), list));
  }

  private static OpenCase open(QueuedCase one, Caller.Staff person, Instant now) {
    About about = About.valueOf(one.kind().toUpperCase(Locale.ROOT));
    return new OpenCase(
        one.id(),
        about,
        one.subject(),
        one.name(),
        one.tenant(),
        one.openedAt(),
        Duration.between(one.openedAt(), now),
        one.closesAt() == null ? null : new Due(one.closesAt(), !one.closesAt().isAfter(now)),
        step(one, about, person),
        one.appealedAt());
  }

  /** Two keys of one person count once, as where it is decided. */
  private static Step step(QueuedCase one, About about, Caller.Staff person) {
    if (about == About.RESCAN) {
      return Step.LOOK;
    }
    if (one.proposers().isEmpty()) {
      return Step.DECIDE;
    }
    return one.proposers().contains(person.holder()) ? Step.OTHER : Step.SECOND;
  }
}
