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
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.UUID;

/** {@code /v1/files}: training files come in, and wait in quarantine for their scan. */
public final class FileHandler {
  private static final int MAX_LIST = 10_000;

  /** Room for everything of a form that is not the file. */
  private static final long FORM_BYTES = (64 << 10) + ProvenanceForm.MAX_CROISSANT;

  private final Database database;
  private final FileStore files;
  private final Quarantine quarantine;
  private final BlobStore blobs;
  private final FileWork fileWork;
  private final ByteRemoval removal;
  private final long limit;

  /**
   * What training files are kept in.
   *
   * @param threads on which files are written
   * @param fileBytes the most that one file may have
   */
  public record Storage(BlobStore blobs, WorkerExecutor threads, long fileBytes) {
    /** 8 GiB. */
    public static final long DEFAULT_FILE_BYTES = 8L << 30;
  }

  public FileHandler(Database database, FileStore files, Quarantine quarantine, Storage storage) {
    this.database = database;
    this.files = files;
    this.quarantine = quarantine;
    this.blobs = storage.blobs();
    this.fileWork = new FileWork(storage.blobs(), storage.threads());
    this.removal = ByteRemoval.on(fileWork, database, files);
    this.limit = storage.fileBytes();
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
    refuseEarly(context);
    String type = Optional.ofNullable(context.request().getHeader("content-type")).orElse("");
    RequestBody body = RequestBody.of(context);
    String address = context.request().remoteAddress().hostAddress();
    TrainingFile file;
    try (UploadForm form = new UploadForm(Multipart.of(type, body::next), fileWork, limit)) {
      Quarantine.Arrival arrival = form.read();
      finish(body);
      file = database.inTransaction(sql -> quarantine.admit(sql, caller, address, arrival));
    }
    Reply.json(context, FileView.from(file));
  }

  private void refuseEarly(RoutingContext context) {
    Optional<Long> announced = RequestBody.announced(context);
    if (announced.isPresent()) {
      if (announced.get() - FORM_BYTES > limit) {
        throw UploadForm.tooLarge(limit);
      }
      fileWork.needRoom(announced.get());
    }
  }

  /** What follows the form's end means nothing, but a body that was cut off is not whole. */
  private static void finish(RequestBody body) {
    long ignored = 0;
    for (var piece = body.next(); piece.isPresent(); piece = body.next()) {
      ignored += piece.get().length();
      if (ignored > FORM_BYTES) {
        throw RequestException.invalid(
            "invalid_form", null, "Expected the request to end with its form, found more bytes.");
      }
    }
  }

  private void list(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    Query query = Query.of(context);
    int size = query.limit(MAX_LIST, MAX_LIST);
    FileStore.Page page =
        new FileStore.Page(
            query.text("purpose").orElse(null),
            query.text("after").orElse(null),
            isOldestFirst(query),
            size + 1);
    Reply.json(context, FileListView.page(files.list(database, caller.tenantId(), page), size));
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
    Reply.json(context, FileView.from(own(context)));
  }

  private void content(RoutingContext context) {
    TrainingFile file = own(context);
    context
        .response()
        .putHeader("content-type", "application/octet-stream")
        .putHeader("content-disposition", "attachment")
        .putHeader("x-content-type-options", "nosniff")
        .sendFile(blobs.path(file.blob().digest()).toString())
        .await();
  }

  private void delete(RoutingContext context) {
    TrainingFile file = own(context);
    database.transact(sql -> delete(sql, file.tenantId(), file.id()));
    removal.removeUnlessNeeded(file.blob().digest());
    Reply.json(context, DeletedView.of("file", file.id()));
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
