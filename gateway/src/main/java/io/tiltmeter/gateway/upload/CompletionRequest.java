package io.tiltmeter.gateway.upload;

import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.RequestException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The body that completes an upload.
 *
 * @param partIds in the order of the file, each once
 * @param md5 of the whole file in lower-case hexadecimal; null where it is not to be checked
 */
record CompletionRequest(List<String> partIds, @Nullable String md5) {
  private static final String PART_IDS = "part_ids";
  private static final String MD5 = "md5";
  private static final Pattern MD5_HEX = Pattern.compile("[0-9a-fA-F]{32}");

  CompletionRequest {
    partIds = List.copyOf(partIds);
  }

  /**
   * Reads it.
   *
   * @throws RequestException with status 400 that names the first member that is wrong
   */
  static CompletionRequest parse(byte[] body) {
    Members members = Members.of(Json.object(body));
    List<String> partIds =
        members.texts(PART_IDS, UploadLimits.PARTS).orElseThrow(() -> Members.missing(PART_IDS));
    refuseRepeated(partIds);
    CompletionRequest request = new CompletionRequest(partIds, md5(members).orElse(null));
    members.refuseOthers();
    return request;
  }

  private static void refuseRepeated(List<String> partIds) {
    Set<String> seen = new HashSet<>();
    for (String id : partIds) {
      if (!seen.add(id)) {
        throw RequestException.invalid(
            "duplicate_part",
            PART_IDS,
            "Part %s is named twice; name each part once, in the order of the file.".formatted(id));
      }
    }
  }

  private static Optional<String> md5(Members members) {
    Optional<String> md5 = members.text(MD5);
    if (md5.isPresent() && !MD5_HEX.matcher(md5.get()).matches()) {
      throw RequestException.invalid(
          "invalid_value", MD5, "Invalid value for 'md5': expected 32 hexadecimal digits.");
    }
    return md5.map(hex -> hex.toLowerCase(Locale.ROOT));
  }
}
