package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.DeletedView;
import io.tiltmeter.gateway.http.Multipart;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Query;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.idempotency.Answer;
import io.tiltmeter.gateway.idempotency.Repeatable;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code /v1/files}: training files come in, and wait in quarantine for their scan; reports on jobs
 * are read.
 */
public final class FileHandler {
  private static final int MAX_LIST = 10_000;

  /** Room for everything of a form that is not the file. */
  private static final long FORM_BYTES = (64 << 10) + ProvenanceForm.MAX_CROISSANT;

  private final Database database;
  private final FileStore files;
  private final ShownFileStore shown;
  private final ResultFileStore results;
  private final Quarantine quarantine;
  private final BlobStore blobs;
  private final FileWork fileWork;
  private final ByteRemoval removal;
  private final Admission admission;

  /**
   * What training files are kept in.
   *
   * @param threads on which files are written
   */
  public record Storage(BlobStore blobs, WorkerExecutor threads) {}

  public FileHandler(
      Database database, Clock clock, Quarantine quarantine, Storage storage, Admission admission) {
    this.database = database;
    this.files = new FileStore(clock);
    this.shown = new ShownFileStore(clock);
    this.results = new ResultFileStore(clock);
    this.quarantine = quarantine;
    this.blobs = storage.blobs();
    this.fileWork = new FileWork(storage.blobs(), storage.threads());
    this.removal = ByteRemoval.on(fileWork, database, files);
    this.admission = admission;
  }

  /** Adds its routes. */
  public void mount(Router router) {
    router.post("/v1/files").handler(this::upload);
    router.get("/v1/files").handler(this::list);
    router.get("/v1/files/:file").handler(this::get);
    router.get("/v1/files/:file/content").handler(this::content);
    router.delete("/v1/files/:file").handler(this::delete);
  }

  private void upload(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    refuseEarly(context, caller);
    String type = Optional.ofNullable(context.request().getHeader("content-type")).orElse("");
    RequestBody body = RequestBody.of(context);
    Answer answer;
    try (UploadForm form =
        new UploadForm(Multipart.of(type, body::next), fileWork, admission.fileBytes())) {
      Quarantine.Arrival arrival = form.read();
      body.finish(FORM_BYTES);
      Repeatable request = Repeatable.of(context, caller, arrival.said());
      String address = context.request().remoteAddress().hostAddress();
      answer =
          database.inTransaction(
              sql ->
                  admission
                      .idempotency()
                      .once(sql, request, () -> admit(sql, caller, address, arrival)));
    }
    answer.send(context);
  }

  private FileView admit(
      Sql transaction, Caller.Tenant caller, String address, Quarantine.Arrival arrival) {
    admission.quotas().requireBytes(transaction, caller.tenantId(), arrival.blob().size());
    return FileView.from(quarantine.admit(transaction, caller, address, arrival));
  }

  private void refuseEarly(RoutingContext context, Caller.Tenant caller) {
    Repeatable.requireKey(context);
    Optional<Long> announced = RequestBody.announced(context);
    if (announced.isPresent()) {
      long least = announced.get() - FORM_BYTES;
      if (least > admission.fileBytes()) {
        throw UploadForm.tooLarge(admission.fileBytes());
      }
      admission.quotas().requireBytes(database, caller.tenantId(), Math.max(0, least));
      fileWork.needRoom(announced.get());
    }
  }

  private void list(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    Query query = Query.of(context);
    int size = query.limit(MAX_LIST, MAX_LIST);
    ShownFileStore.Page page =
        new ShownFileStore.Page(
            query.text("purpose").orElse(null),
            query.text("after").orElse(null),
            isOldestFirst(query),
            size + 1);
    Reply.json(context, FileListView.page(shown.list(database, caller.tenantId(), page), size));
  }

  private static boolean isOldestFirst(Query query) {
    return switch (query.text("order").orElse("desc")) {
      case "asc" -> true;
      case "desc" -> false;
      default ->
          throw RequestException.invalid(
              "invalid_value", "order", "Invalid value for 'order': expected \"asc\" or \"desc\".");
    };
  }

  private void get(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String id = PathPart.of(context, "file");
    Reply.json(
        context,
        FileView.from(
            shown
                .find(database, caller.tenantId(), id)
                .orElseThrow(() -> RequestException.notFound("file", id))));
  }

  private void content(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    Optional<String> result =
        results.text(database, caller.tenantId(), PathPart.of(context, "file"));
    HttpServerResponse response = context.response();
    if (result.isPresent()) {
      asDownload(response).end(result.get());
    } else {
      String path = blobs.path(own(context).blob().digest()).toString();
      asDownload(response).sendFile(path).await();
    }
  }

  private static HttpServerResponse asDownload(HttpServerResponse response) {
    return response
        .putHeader("content-type", "application/octet-stream")
        .putHeader("content-disposition", "attachment")
        .putHeader("x-content-type-options", "nosniff");
  }

  private void delete(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String id = PathPart.of(context, "file");
    if (!results.delete(database, caller.tenantId(), id)) {
      TrainingFile file = own(context);
      database.transact(sql -> delete(sql, file.tenantId(), file.id()));
      removal.removeUnlessNeeded(List.of(file.blob().digest()));
    }
    Reply.json(context, DeletedView.of("file", id));
  }

  private void delete(Sql transaction, UUID tenantId, String id) {
    if (!files.lock(transaction, tenantId, id)) {
      throw RequestException.notFound("file", id);
    }
    files
        .user(transaction, tenantId, id)
        .ifPresent(
            job -> {
              throw RequestException.invalid(
                  "file_in_use",
                  null,
                  "File %s is used by job %s, which has not finished; cancel it first."
                      .formatted(id, job));
            });
    files.delete(transaction, tenantId, id);
  }

  private TrainingFile own(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String id = PathPart.of(context, "file");
    return files
        .find(database, caller.tenantId(), id)
        .orElseThrow(() -> RequestException.notFound("file", id));
  }
}
