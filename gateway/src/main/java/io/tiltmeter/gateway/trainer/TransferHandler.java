package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.PinnedFile;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends data set, base and the checkpoint to go on from, and takes the files of results. */
final class TransferHandler {
  private static final String SHA_256 = "sha-256=";

  private final LeaseDesk desk;
  private final Handover handover;
  private final TrainingSources sources;
  private final UploadWork work;
  private final long maxBytes;

  /**
   * @param maxBytes largest file that is taken
   */
  TransferHandler(
      LeaseDesk desk, Handover handover, TrainingSources sources, UploadWork work, long maxBytes) {
    this.desk = desk;
    this.handover = handover;
    this.sources = sources;
    this.work = work;
    this.maxBytes = maxBytes;
  }

  void dataset(RoutingContext context) {
    Lease lease = desk.held(LeaseCall.of(context));
    send(context, sources.dataset(lease));
  }

  void validation(RoutingContext context) {
    Lease lease = desk.held(LeaseCall.of(context));
    send(
        context,
        sources
            .validation(lease)
            .orElseThrow(() -> RequestException.notFound("validation file of", lease.jobId())));
  }

  void base(RoutingContext context) {
    Lease lease = desk.held(LeaseCall.of(context));
    String name = String.valueOf(context.pathParam("file"));
    send(
        context,
        sources
            .baseFile(lease, name)
            .orElseThrow(() -> RequestException.notFound("file of the base", name)));
  }

  void checkpoint(RoutingContext context) {
    Lease lease = desk.held(LeaseCall.of(context));
    String name = String.valueOf(context.pathParam("file"));
    send(
        context,
        sources
            .checkpointFile(lease, name)
            .orElseThrow(() -> RequestException.notFound("file of the checkpoint", name)));
  }

  private static void send(RoutingContext context, Path file) {
    context
        .response()
        .putHeader("content-type", "application/octet-stream")
        .putHeader("x-content-type-options", "nosniff")
        .sendFile(file.toString())
        .await();
  }

  void put(RoutingContext context) {
    LeaseCall call = LeaseCall.of(context);
    String name = String.valueOf(context.pathParam("*"));
    Lease lease = desk.sending(call, UploadPath.step(name));
    UploadPath path = UploadPath.parse(name);
    Expected expected = expected(context);
    work.needRoom(expected.size());
    PinnedFile file = receive(context, call, lease, path, expected);
    Reply.json(context, 201, TrainingManifest.FileView.of(file));
  }

  /** What the sender announced. */
  private record Expected(long size, Digest digest) {}

  private Expected expected(RoutingContext context) {
    long size =
        RequestBody.announced(context)
            .orElseThrow(
                () ->
                    new RequestException(
                        411, "length_required", null, "Expected the header Content-Length."));
    if (size > maxBytes) {
      throw new RequestException(
          413, "too_large", null, "A file may have at most %d bytes.".formatted(maxBytes));
    }
    return new Expected(size, digest(context.request().getHeader("digest")));
  }

  /** RFC 3230, section 4.3.2, with the algorithm of RFC 5843. */
  private static Digest digest(@Nullable String header) {
    try {
      for (String value : header == null ? new String[0] : header.split(",", -1)) {
        String part = value.strip();
        if (part.regionMatches(true, 0, SHA_256, 0, SHA_256.length())) {
          byte[] hash = Base64.getDecoder().decode(part.substring(SHA_256.length()));
          return new Digest(HexFormat.of().formatHex(hash));
        }
      }
    } catch (IllegalArgumentException e) {
      throw noDigest();
    }
    throw noDigest();
  }

  private static RequestException noDigest() {
    return RequestException.invalid(
        "digest_required", "Digest", "Expected the header \"Digest: sha-256=BASE64\" (RFC 3230).");
  }

  private PinnedFile receive(
      RoutingContext context, LeaseCall call, Lease lease, UploadPath path, Expected expected) {
    RequestBody body = RequestBody.of(context);
    Upload upload = work.receive(lease);
    try {
      for (Optional<Buffer> piece = body.next(); piece.isPresent(); piece = body.next()) {
        work.write(upload, ByteBuffer.wrap(piece.get().getBytes()));
      }
      PinnedFile file = work.finish(upload, path);
      compare(file, expected);
      handover.keep(call, file, () -> work.move(upload, lease, path));
      return file;
    } finally {
      work.close(upload);
    }
  }

  private static void compare(PinnedFile file, Expected expected) {
    if (file.size() != expected.size()) {
      throw RequestException.invalid(
          "length_mismatch",
          null,
          "Expected %d bytes, found %d; send the file again."
              .formatted(expected.size(), file.size()));
    }
    if (!file.digest().equals(expected.digest())) {
      throw RequestException.invalid(
          "digest_mismatch",
          null,
          "Expected bytes of %s, found %s; send the file again."
              .formatted(expected.digest(), file.digest()));
    }
  }
}
