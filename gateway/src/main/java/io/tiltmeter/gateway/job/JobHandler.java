package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.ListView;
import io.tiltmeter.gateway.http.PageView;
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
import java.util.UUID;

/** {@code /v1/fine_tuning/jobs}. */
public final class JobHandler {
  private static final int MAX_BODY_BYTES = 1 << 20;
  private static final int LIMIT = 20;
  private static final int MAX_LIMIT = 100;
  private static final int CHECKPOINTS = 10;
  private static final String JOBS = "/v1/fine_tuning/jobs";
  private static final String JOB = JOBS + "/:job";

  private final Database database;
  private final JobStore jobs;
  private final EventStore events;
  private final JobCreation creation;
  private final JobCancellation cancellation;
  private final JobPause pause;
  private final CheckpointStore checkpoints;
  private final StandingStore standings = new StandingStore();
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
    this.pause = new JobPause(parts.jobs(), parts.flow(), new WorkStore(clock), clock);
    this.checkpoints = new CheckpointStore(clock);
    this.idempotency = idempotency;
    this.acceptance = new JobAcceptance(parts.jobs(), parts.flow(), clock);
  }

  /** Adds its routes. */
  public void mount(Router router) {
    router.post(JOBS).handler(this::create);
    router.get(JOBS).handler(this::list);
    router.get(JOB).handler(this::get);
    router.post(JOB + "/cancel").handler(context -> control(context, cancellation::cancel));
    router.post(JOB + "/pause").handler(context -> control(context, pause::pause));
    router.post(JOB + "/resume").handler(context -> control(context, pause::resume));
    router.get(JOB + "/checkpoints").handler(this::checkpoints);
    router.post(JOB + "/checkpoints/:checkpoint/accept").handler(this::accept);
    router.get(JOB + "/events").handler(this::events);
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
    StandingStore.Page page =
        new StandingStore.Page(filter(query), query.text("after").orElse(null), limit + 1);
    List<Standing> found = standings.list(database, caller.tenantId(), page);
    Reply.json(context, ListView.page(found, limit, JobView::from));
  }

  private static StandingStore.MetadataFilter filter(Query query) {
    return query
        .text("metadata")
        .map(JobHandler::noMetadata)
        .orElseGet(() -> new StandingStore.MetadataFilter.Has(query.entries("metadata")));
  }

  private static StandingStore.MetadataFilter noMetadata(String text) {
    if (!text.equals("null")) {
      throw RequestException.invalid(
          "invalid_value",
          "metadata",
          "Invalid value for 'metadata': expected \"metadata[key]=value\" or \"metadata=null\".");
    }
    return new StandingStore.MetadataFilter.None();
  }

  private void get(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String id = PathPart.of(context, "job");
    Standing standing =
        standings.find(database, caller.tenantId(), id).orElseThrow(() -> unknown(id));
    Reply.json(context, JobView.from(standing));
  }

  /** What a customer does to a job of its own. */
  private interface Control {
    Job apply(Sql transaction, UUID tenantId, String id);
  }

  private void control(RoutingContext context, Control control) {
    UUID tenantId = Authentication.tenant(context).tenantId();
    String id = PathPart.of(context, "job");
    answer(context, database.inTransaction(sql -> control.apply(sql, tenantId, id)));
  }

  private void accept(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String id = PathPart.of(context, "job");
    String checkpoint = PathPart.of(context, "checkpoint");
    answer(context, database.inTransaction(sql -> acceptance.accept(sql, caller, id, checkpoint)));
  }

  private void checkpoints(RoutingContext context) {
    Job job = own(context);
    Query query = Query.of(context);
    int limit = query.limit(CHECKPOINTS, MAX_LIMIT);
    List<Checkpoint> found =
        checkpoints.newest(
            database, job.tenantId(), job.id(), query.text("after").orElse(null), limit + 1);
    Reply.json(
        context,
        PageView.page(
            found, limit, Checkpoint::id, checkpoint -> CheckpointView.from(job, checkpoint)));
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
    return jobs.find(database, caller.tenantId(), id).orElseThrow(() -> unknown(id));
  }

  private static RequestException unknown(String id) {
    return RequestException.notFound("fine-tuning job", id);
  }

  private void answer(RoutingContext context, Job job) {
    Reply.json(context, view(database, job));
  }

  private JobView view(Sql sql, Job job) {
    return JobView.from(standings.find(sql, job.tenantId(), job.id()).orElseThrow());
  }
}
