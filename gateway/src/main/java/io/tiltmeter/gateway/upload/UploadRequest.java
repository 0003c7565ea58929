package io.tiltmeter.gateway.upload;

import io.tiltmeter.gateway.file.ExpiryForm;
import io.tiltmeter.gateway.file.FileTerms;
import io.tiltmeter.gateway.file.ProvenanceForm;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.RequestException;
import java.util.regex.Pattern;

/** The body that begins an upload. */
final class UploadRequest {
  /** RFC 6838, section 4.2; parameters mean nothing here. */
  private static final Pattern MEDIA_TYPE =
      Pattern.compile(
          "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}");

  private UploadRequest() {}

  /**
   * Reads it.
   *
   * @param limit bytes that a file may have
   * @throws RequestException with status 400 that names the first member that is wrong
   */
  static Upload.Terms parse(byte[] body, long limit) {
    Members members = Members.of(Json.object(body));
    Upload.Terms terms =
        new Upload.Terms(
            FileTerms.filename("filename", members.needText("filename")),
            FileTerms.purpose(members.needText("purpose")),
            mediaType(members),
            bytes(members, limit),
            ProvenanceForm.of(members),
            ExpiryForm.of(members));
    members.refuseOthers();
    return terms;
  }

  private static String mediaType(Members members) {
    String type = members.needText("mime_type");
    if (!MEDIA_TYPE.matcher(type).matches()) {
      throw RequestException.invalid(
          "invalid_value",
          "mime_type",
          "Invalid value for 'mime_type': expected a media type such as \"application/jsonl\".");
    }
    return type;
  }

  private static long bytes(Members members, long limit) {
    return members.whole("bytes", 1, limit).orElseThrow(() -> Members.missing("bytes"));
  }
}
