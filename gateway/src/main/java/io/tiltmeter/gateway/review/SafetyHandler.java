package io.tiltmeter.gateway.review;

import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.job.EventStore;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;

/** What customers see of the cases on their jobs, and say against them. */
public final class SafetyHandler {
  private static final int MAX_BODY_BYTES = 1 << 16;

  private final Database database;
  private final JobStore jobs;
  private final CaseStore cases;
  private final Appeals appeals;

  public SafetyHandler(Database database, JobStore jobs, JobFlow flow, Clock clock) {
    this.database = database;
    this.jobs = jobs;
    this.cases = new CaseStore(clock);
    this.appeals = new Appeals(jobs, flow, cases, new EventStore(clock), new AuditStore(clock));
  }

  /** Adds its routes. */
  public void mount(Router router) {
    router.get("/v1/safety/cases/:case").handler(this::getCase);
    router.get("/v1/safety/alerts/:alert").handler(this::getAlert);
    router.post("/v1/fine_tuning/jobs/:job/appeal").handler(this::appeal);
  }

  private void getCase(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String id = PathPart.of(context, "case");
    Reply.json(context, SafetyCaseView.from(own(caller, id, "safety case", id)));
  }

  private void getAlert(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String id = PathPart.of(context, "alert");
    ReviewCase on = own(caller, ReviewCase.ofAlert(id), "safety alert", id);
    Job job = jobs.find(database, caller.tenantId(), on.jobId()).orElseThrow();
    Reply.json(context, SafetyAlertView.from(on, job));
  }

  private ReviewCase own(Caller.Tenant caller, String caseId, String what, String id) {
    return cases
        .find(database, caller.tenantId(), caseId)
        .orElseThrow(() -> RequestException.notFound(what, id));
  }

  private void appeal(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String job = PathPart.of(context, "job");
    Members body = Members.of(Json.object(RequestBody.read(context, MAX_BODY_BYTES)));
    String text = body.needText("text");
    body.refuseOthers();
    ReviewCase on = database.inTransaction(sql -> appeals.make(sql, caller, job, text));
    Reply.json(context, AppealView.from(on));
  }
}
