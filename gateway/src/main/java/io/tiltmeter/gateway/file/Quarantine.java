package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.Incoming;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one way in for training files: they are written down, and wait for the scan asked for. */
public final class Quarantine {
  private final FileStore files;
  private final WorkStore work;
  private final AuditStore audit;
  private final FileWork fileWork;

  public Quarantine(FileStore files, WorkStore work, AuditStore audit, FileWork fileWork) {
    this.files = files;
    this.work = work;
    this.audit = audit;
    this.fileWork = fileWork;
  }

  /**
   * A file that is on disk completely, and what was said of it.
   *
   * @param incoming finished, and still its sender's to close
   * @param expiresAfter how long after its creation it expires; null if it stays
   */
  public record Arrival(
      Incoming incoming,
      Blob blob,
      String filename,
      String purpose,
      Provenance provenance,
      @Nullable Duration expiresAfter) {

    /** What its sender said, whatever the form was like that it came in. */
    Digest said() {
      return Digest.of(
          Json.text(
              List.of(
                  filename,
                  purpose,
                  blob.digest().toString(),
                  provenance.toString(),
                  String.valueOf(expiresAfter))));
    }
  }

  /**
   * Takes a file in; with a rolled-back transaction it was never there.
   *
   * @param address of the peer that sent it
   */
  public TrainingFile admit(
      Sql transaction, Caller.Tenant caller, String address, Arrival arrival) {
    files.lockBytes(transaction, arrival.blob().digest());
    fileWork.keep(arrival.incoming());
    TrainingFile added =
        files.insert(
            transaction,
            new FileStore.NewFile(
                NewId.of("file-"),
                caller.tenantId(),
                arrival.blob(),
                arrival.filename(),
                arrival.purpose(),
                new TrainingFile.Origin(caller.keyId(), address, arrival.provenance()),
                arrival.expiresAfter()));
    work.request(transaction, WorkKind.SCAN, added.id());
    audit.append(transaction, fact(caller, added));
    return added;
  }

  private static AuditEntry.Fact fact(Caller.Tenant caller, TrainingFile file) {
    return new AuditEntry.Fact(
        caller.holder(),
        "quarantine-file",
        file.id(),
        Map.of(
            "key", caller.keyId(),
            "address", file.origin().address(),
            "digest", file.blob().digest().toString(),
            "source", file.origin().provenance().source().wireName()));
  }
}
