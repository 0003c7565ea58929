package io.tiltmeter.gateway.upload;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.file.Admission;
import io.tiltmeter.gateway.file.ByteRemoval;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.file.FileView;
import io.tiltmeter.gateway.file.FileWork;
import io.tiltmeter.gateway.file.FormFile;
import io.tiltmeter.gateway.file.Quarantine;
import io.tiltmeter.gateway.file.TrainingFile;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.idempotency.Answer;
import io.tiltmeter.gateway.idempotency.Idempotency;
import io.tiltmeter.gateway.idempotency.Repeatable;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.limit.Quotas;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Takes parts, and makes files of them. */
final class UploadDesk {
  private final Database database;
  private final UploadStore uploads;
  private final Clock clock;
  private final FileStore files;
  private final FileWork fileWork;
  private final Quarantine quarantine;
  private final ByteRemoval removal;
  private final Quotas quotas;
  private final Idempotency idempotency;

  /** Where the bytes go. */
  record Places(FileStore files, FileWork fileWork, Quarantine quarantine) {}

  UploadDesk(Database database, Clock clock, Places places, Admission admission) {
    this.database = database;
    this.uploads = new UploadStore(clock);
    this.clock = clock;
    this.files = places.files();
    this.fileWork = places.fileWork();
    this.quarantine = places.quarantine();
    this.removal = ByteRemoval.on(fileWork, database, files);
    this.quotas = admission.quotas();
    this.idempotency = admission.idempotency();
  }

  /**
   * Begins an upload.
   *
   * @throws RequestException with status 403 if the tenant may have no more, 507 if there is no
   *     room for its parts and its file
   */
  Answer create(Caller.Tenant caller, Upload.Terms terms, Repeatable request) {
    fileWork.needRoom(UploadLimits.TIMES * terms.bytes());
    return database.inTransaction(
        sql -> idempotency.once(sql, request, () -> create(sql, caller, terms)));
  }

  private UploadView create(Sql transaction, Caller.Tenant caller, Upload.Terms terms) {
    quotas.requireUpload(transaction, caller.tenantId(), terms.bytes());
    return UploadView.from(uploads.insert(transaction, caller, terms), null);
  }

  /**
   * An upload that can still change.
   *
   * @throws RequestException with status 404 if it is not this tenant's, 400 if it has ended
   */
  Upload pending(Caller.Tenant caller, String id) {
    return uploads
        .find(database, caller.tenantId(), id)
        .map(this::requirePending)
        .orElseThrow(() -> notFound(id));
  }

  private Upload lockPending(Sql transaction, UUID tenantId, String id) {
    return uploads
        .lock(transaction, tenantId, id)
        .map(this::requirePending)
        .orElseThrow(() -> notFound(id));
  }

  private static RequestException notFound(String id) {
    return RequestException.notFound("upload", id);
  }

  private Upload requirePending(Upload upload) {
    return switch (upload.stateAt(clock.instant())) {
      case PENDING -> upload;
      case COMPLETED ->
          throw ended(
              "upload_completed",
              "Upload %s is completed already; its file is %s."
                  .formatted(upload.id(), upload.fileId()));
      case CANCELLED ->
          throw ended(
              "upload_cancelled",
              "Upload %s was cancelled; create a new one.".formatted(upload.id()));
      case EXPIRED ->
          throw ended(
              "upload_expired",
              "Upload %s expired before it was completed; create a new one."
                  .formatted(upload.id()));
    };
  }

  private static RequestException ended(String code, String message) {
    return RequestException.invalid(code, null, message);
  }

  /**
   * Adds a part that is on disk completely.
   *
   * @throws RequestException with status 400 if the upload has ended or has no room for it
   */
  Answer add(Caller.Tenant caller, String id, FormFile data, Repeatable request) {
    return database.inTransaction(
        sql -> idempotency.once(sql, request, () -> add(sql, caller.tenantId(), id, data)));
  }

  private PartView add(Sql transaction, UUID tenantId, String id, FormFile data) {
    Upload upload = lockPending(transaction, tenantId, id);
    requireRoom(upload, data.blob().size());
    files.lockBytes(transaction, data.blob().digest());
    fileWork.keep(data.incoming());
    return PartView.from(uploads.add(transaction, upload, data.blob()));
  }

  /**
   * Whether a part of so many bytes may still come.
   *
   * @throws RequestException with status 400 if it may not
   */
  static void requireRoom(Upload upload, long bytes) {
    if (upload.parts() >= UploadLimits.PARTS) {
      throw RequestException.invalid(
          "too_many_parts",
          null,
          "Upload %s has %d parts already, the most that there may be; complete or cancel it."
              .formatted(upload.id(), UploadLimits.PARTS));
    }
    long most = UploadLimits.TIMES * upload.terms().bytes();
    if (upload.partBytes() + bytes > most) {
      throw RequestException.invalid(
          "too_many_bytes",
          "data",
          "The parts of upload %s would have %d bytes, and may have %d, twice what was announced; cancel it and create a new one."
              .formatted(upload.id(), upload.partBytes() + bytes, most));
    }
  }

  /**
   * What is to be done with an upload.
   *
   * @param address of the peer that asks for it
   */
  record Completion(CompletionRequest parts, String address, Repeatable request) {}

  /**
   * Makes a file of parts; if it cannot, the upload is as it was.
   *
   * @throws RequestException with status 400 if the parts are not the announced file, 507 if there
   *     is no room for it
   */
  Answer complete(Caller.Tenant caller, String id, Completion completion) {
    Optional<Answer> earlier = idempotency.earlier(database, completion.request());
    return earlier.isPresent() ? earlier.get() : join(caller, pending(caller, id), completion);
  }

  private Answer join(Caller.Tenant caller, Upload upload, Completion completion) {
    List<Part> parts = uploads.parts(database, upload);
    Answer answer;
    try (PartJoin join = PartJoin.of(upload, parts, completion.parts(), fileWork)) {
      Quarantine.Arrival arrival = join.arrival();
      answer =
          database.inTransaction(
              sql ->
                  idempotency.once(
                      sql,
                      completion.request(),
                      () -> admit(sql, caller, upload.id(), completion.address(), arrival)));
    } catch (UncheckedIOException e) {
      throw e.getCause() instanceof NoSuchFileException ? endedMeanwhile(caller, upload, e) : e;
    }
    remove(parts);
    return answer;
  }

  private UploadView admit(
      Sql transaction,
      Caller.Tenant caller,
      String id,
      String address,
      Quarantine.Arrival arrival) {
    Upload upload = lockPending(transaction, caller.tenantId(), id);
    TrainingFile file = quarantine.admit(transaction, caller, address, arrival);
    Upload completed = uploads.end(transaction, upload, Upload.State.COMPLETED, file.id());
    return UploadView.from(completed, FileView.from(file));
  }

  /** Parts go with their upload, which somebody can cancel while they are joined. */
  private RuntimeException endedMeanwhile(Caller.Tenant caller, Upload upload, RuntimeException e) {
    return pending(caller, upload.id()).state() == Upload.State.PENDING ? e : notFound(upload.id());
  }

  /**
   * Cancels an upload; one that is cancelled already stays so.
   *
   * @throws RequestException with status 404 if it is not this tenant's, 400 if it has ended
   *     otherwise
   */
  Upload cancel(Caller.Tenant caller, String id) {
    Ended ended =
        database.inTransaction(
            sql -> {
              Upload upload =
                  uploads.lock(sql, caller.tenantId(), id).orElseThrow(() -> notFound(id));
              return upload.state() == Upload.State.CANCELLED
                  ? new Ended(upload, List.of())
                  : end(sql, requirePending(upload), Upload.State.CANCELLED);
            });
    remove(ended.parts());
    return ended.upload();
  }

  private record Ended(Upload upload, List<Part> parts) {}

  private Ended end(Sql transaction, Upload upload, Upload.State state) {
    List<Part> parts = uploads.parts(transaction, upload);
    return new Ended(uploads.end(transaction, upload, state, null), parts);
  }

  private void remove(List<Part> parts) {
    removal.removeUnlessNeeded(parts.stream().map(Part::blob).map(Blob::digest).toList());
  }
}
