package io.tiltmeter.gateway.upload;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.file.Admission;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.file.FileWork;
import io.tiltmeter.gateway.file.FormFile;
import io.tiltmeter.gateway.file.Quarantine;
import io.tiltmeter.gateway.http.Multipart;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.idempotency.Answer;
import io.tiltmeter.gateway.idempotency.Repeatable;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Optional;

/** {@code /v1/uploads}: training files that arrive in parts, several at a time if need be. */
public final class UploadHandler {
  private static final int MAX_BODY_BYTES = 1 << 20;

  /** Room for everything of a form that is not the part. */
  private static final int FORM_BYTES = 64 << 10;

  private final UploadDesk desk;
  private final FileWork work;
  private final long fileBytes;

  /** What uploads go to. */
  public record Parts(
      Database database,
      Clock clock,
      FileStore files,
      Quarantine quarantine,
      FileWork work,
      Admission admission) {}

  public UploadHandler(Parts parts) {
    this.desk =
        new UploadDesk(
            parts.database(),
            parts.clock(),
            new UploadDesk.Places(parts.files(), parts.work(), parts.quarantine()),
            parts.admission());
    this.work = parts.work();
    this.fileBytes = parts.admission().fileBytes();
  }

  /** Adds its routes. */
  public void mount(Router router) {
    router.post("/v1/uploads").handler(this::create);
    router.post("/v1/uploads/:upload/parts").handler(this::add);
    router.post("/v1/uploads/:upload/complete").handler(this::complete);
    router.post("/v1/uploads/:upload/cancel").handler(this::cancel);
  }

  private void create(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    byte[] body = RequestBody.read(context, MAX_BODY_BYTES);
    Upload.Terms terms = UploadRequest.parse(body, fileBytes);
    desk.create(caller, terms, Repeatable.of(context, caller, body)).send(context);
  }

  private void add(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String id = PathPart.of(context, "upload");
    refuseEarly(context, desk.pending(caller, id));
    String type = Optional.ofNullable(context.request().getHeader("content-type")).orElse("");
    RequestBody body = RequestBody.of(context);
    Answer answer;
    try (PartForm form = new PartForm(Multipart.of(type, body::next), work)) {
      FormFile data = form.read();
      body.finish(FORM_BYTES);
      Repeatable request = Repeatable.of(context, caller, data.blob().digest());
      answer = desk.add(caller, id, data, request);
    }
    answer.send(context);
  }

  private void refuseEarly(RoutingContext context, Upload upload) {
    Repeatable.requireKey(context);
    long announced = RequestBody.announced(context).orElse(0L);
    if (announced - FORM_BYTES > UploadLimits.PART_BYTES) {
      throw PartForm.tooLarge();
    }
    UploadDesk.requireRoom(upload, 1);
    work.needRoom(announced);
  }

  private void complete(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String id = PathPart.of(context, "upload");
    byte[] body = RequestBody.read(context, MAX_BODY_BYTES);
    UploadDesk.Completion completion =
        new UploadDesk.Completion(
            CompletionRequest.parse(body),
            context.request().remoteAddress().hostAddress(),
            Repeatable.of(context, caller, body));
    desk.complete(caller, id, completion).send(context);
  }

  private void cancel(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    Upload cancelled = desk.cancel(caller, PathPart.of(context, "upload"));
    Reply.json(context, UploadView.from(cancelled, null));
  }
}
