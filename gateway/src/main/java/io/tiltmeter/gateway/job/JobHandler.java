package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.ListView;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Query;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.idempotency.Idempotency;
import io.tiltmeter.gateway.idempotency.Repeatable;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.work.WorkStore;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** {@code /v1/fine_tuning/jobs}. */
public final class JobHandler {
  private static final int MAX_BODY_BYTES = 1 << 20;
  private static final int LIMIT = 20;
  private static final int MAX_LIMIT = 100;

  private final Database database;
  private final JobStore jobs;
  private final EventStore events;
  private final JobCreation creation;
  private final JobCancellation cancellation;
  private final CheckpointStore checkpoints;
  private final JobAcceptance acceptance;
  private final Idempotency idempotency;

  public JobHandler(
      Database database,
      Clock clock,
      JobCreation.Parts parts,
      JobCreation creation,
      Idempotency idempotency) {
    this.database = database;
    this.jobs = parts.jobs();
    this.events = new EventStore(clock);
    this.creation = creation;
    this.cancellation =
        new JobCancellation(parts.jobs(), parts.flow(), new WorkStore(clock), clock);
    this.checkpoints = new CheckpointStore(clock);
    this.idempotency = idempotency;
    this.acceptance = new JobAcceptance(parts.jobs(), parts.flow(), clock);
  }

  /** Adds its routes. */
  public void mount(Router router) {
    router.post("/v1/fine_tuning/jobs").handler(this::create);
    router.get("/v1/fine_tuning/jobs").handler(this::list);
    router.get("/v1/fine_tuning/jobs/:job").handler(this::get);
    router.post("/v1/fine_tuning/jobs/:job/cancel").handler(this::cancel);
    router.post("/v1/fine_tuning/jobs/:job/checkpoints/:checkpoint/accept").handler(this::accept);
    router.get("/v1/fine_tuning/jobs/:job/events").handler(this::events);
  }

  private void create(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    byte[] body = RequestBody.read(context, MAX_BODY_BYTES);
    JobRequest request = JobRequest.parse(body);
    Repeatable known = Repeatable.of(context, caller, body);
    database
        .inTransaction(
            sql ->
                idempotency.once(
                    sql, known, () -> view(sql, creation.create(sql, caller, request, known))))
        .send(context);
  }

  private void list(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    Query query = Query.of(context);
    int limit = query.limit(LIMIT, MAX_LIMIT);
    JobStore.Page page =
        new JobStore.Page(filter(query), query.text("after").orElse(null), limit + 1);
    List<Job> found = jobs.list(database, caller.tenantId(), page);
    Map<String, JobVerdict> verdicts =
        jobs.verdicts(database, caller.tenantId(), found.stream().map(Job::id).toList());
    Map<String, Checkpoint.Offer> offers =
        checkpoints.offers(database, caller.tenantId(), found.stream().map(Job::id).toList());
    Reply.json(
        context,
        ListView.page(
            found, limit, job -> JobView.from(job, verdicts.get(job.id()), offers.get(job.id()))));
  }

  private static JobStore.MetadataFilter filter(Query query) {
    return query
        .text("metadata")
        .map(JobHandler::noMetadata)
        .orElseGet(() -> new JobStore.MetadataFilter.Has(query.entries("metadata")));
  }

  private static JobStore.MetadataFilter noMetadata(String text) {
    if (!text.equals("null")) {
      throw RequestException.invalid(
          "invalid_value",
          "metadata",
          "Invalid value for 'metadata': expected \"metadata[key]=value\" or \"metadata=null\".");
    }
    return new JobStore.MetadataFilter.None();
  }

  private void get(RoutingContext context) {
    answer(context, own(context));
  }

  private void cancel(RoutingContext context) {
    UUID tenantId = Authentication.tenant(context).tenantId();
    String id = PathPart.of(context, "job");
    answer(context, database.inTransaction(sql -> cancellation.cancel(sql, tenantId, id)));
  }

  private void accept(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String id = PathPart.of(context, "job");
    String checkpoint = PathPart.of(context, "checkpoint");
    answer(context, database.inTransaction(sql -> acceptance.accept(sql, caller, id, checkpoint)));
  }

  private void events(RoutingContext context) {
    Job job = own(context);
    Query query = Query.of(context);
    int limit = query.limit(LIMIT, MAX_LIMIT);
    List<JobEvent> found =
        events.newest(
            database, job.tenantId(), job.id(), query.text("after").orElse(null), limit + 1);
    Reply.json(context, ListView.page(found, limit, JobEventView::from));
  }

  private Job own(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String id = PathPart.of(context, "job");
    return jobs.find(database, caller.tenantId(), id)
        .orElseThrow(() -> RequestException.notFound("fine-tuning job", id));
  }

  private void answer(RoutingContext context, Job job) {
    Reply.json(context, view(database, job));
  }

  private JobView view(Sql sql, Job job) {
    JobVerdict verdict = jobs.verdicts(sql, job.tenantId(), List.of(job.id())).get(job.id());
    Checkpoint.Offer offer =
        checkpoints.offers(sql, job.tenantId(), List.of(job.id())).get(job.id());
    return JobView.from(job, verdict, offer);
  }
}
