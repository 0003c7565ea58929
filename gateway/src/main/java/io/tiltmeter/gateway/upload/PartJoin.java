package io.tiltmeter.gateway.upload;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.Incoming;
import io.tiltmeter.gateway.file.FileWork;
import io.tiltmeter.gateway.file.Provenance;
import io.tiltmeter.gateway.file.Quarantine;
import io.tiltmeter.gateway.http.RequestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Parts on their way into one file, read, hashed and written once, in the memory of a piece of
 * them. Closing it removes the file unless it was kept.
 */
final class PartJoin implements AutoCloseable {
  private final Upload upload;
  private final FileWork work;
  private final Incoming incoming;
  private final Blob blob;

  private PartJoin(Upload upload, FileWork work, Incoming incoming, Blob blob) {
    this.upload = upload;
    this.work = work;
    this.incoming = incoming;
    this.blob = blob;
  }

  /**
   * Joins the parts that are named, in that order.
   *
   * @param all parts of the upload
   * @throws RequestException with status 400 if they are not the announced file, 507 if there is no
   *     room for it; nothing is left of it then
   */
  static PartJoin of(Upload upload, List<Part> all, CompletionRequest request, FileWork work) {
    List<Part> parts = named(upload, all, request);
    requireTotal(upload, parts);
    work.needRoom(upload.terms().bytes());
    Incoming incoming = work.receive();
    try {
      MessageDigest md5 = newMd5();
      for (Part part : parts) {
        work.append(incoming, part.blob().digest(), md5);
      }
      requireMd5(request, HexFormat.of().formatHex(md5.digest()));
      return new PartJoin(upload, work, incoming, work.finish(incoming));
    } catch (RuntimeException | Error e) {
      work.close(incoming);
      throw e;
    }
  }

  private static List<Part> named(Upload upload, List<Part> all, CompletionRequest request) {
    Map<String, Part> byId = all.stream().collect(Collectors.toMap(Part::id, Function.identity()));
    return request.partIds().stream().map(id -> named(upload, byId, id)).toList();
  }

  private static Part named(Upload upload, Map<String, Part> byId, String id) {
    Part part = byId.get(id);
    if (part == null) {
      throw RequestException.invalid(
          "part_not_found",
          "part_ids",
          "Upload %s has no part %s; name the parts that were added to it."
              .formatted(upload.id(), id));
    }
    return part;
  }

  private static void requireTotal(Upload upload, List<Part> parts) {
    long bytes = parts.stream().mapToLong(part -> part.blob().size()).sum();
    if (bytes != upload.terms().bytes()) {
      throw RequestException.invalid(
          "size_mismatch",
          "part_ids",
          "Expected parts of %d bytes together, as the upload announced, found %d; add what is missing, or leave out what is too much."
              .formatted(upload.terms().bytes(), bytes));
    }
  }

  private static void requireMd5(CompletionRequest request, String found) {
    if (request.md5() != null && !request.md5().equals(found)) {
      throw RequestException.invalid(
          "md5_mismatch",
          "md5",
          "Expected parts with the MD5 %s, found %s; check their order and content."
              .formatted(request.md5(), found));
    }
  }

  /** MD5 as the interface asks for it: against accidents, not against attackers (RFC 6151). */
  private static MessageDigest newMd5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  /**
   * The file, as one that came in one piece.
   *
   * @throws RequestException with status 400 if its metadata are of other bytes
   */
  Quarantine.Arrival arrival() {
    Upload.Terms terms = upload.terms();
    Provenance provenance = terms.provenance();
    provenance.check(blob);
    return new Quarantine.Arrival(
        incoming, blob, terms.filename(), terms.purpose(), provenance, terms.fileExpiresAfter());
  }

  @Override
  public void close() {
    work.close(incoming);
  }
}
