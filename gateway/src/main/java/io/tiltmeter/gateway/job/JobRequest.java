package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.RequestException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A customer's wish for a job, as the API is given it.
 *
 * @param model name of a base, or of a released model that is to be tuned further
 * @param trainingFile id of the file
 * @param validationFile id of a file that the training is measured on; null for none
 * @param seed 0 to 2147483647, if the customer chose one
 */
record JobRequest(
    String model,
    String trainingFile,
    @Nullable String validationFile,
    @Nullable String suffix,
    @Nullable Long seed,
    Training training,
    @Nullable Map<String, String> metadata) {
  private static final Pattern SUFFIX = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int MAX_SEED = Integer.MAX_VALUE;
  private static final int MAX_ENTRIES = 16;
  private static final int MAX_KEY = 64;
  private static final int MAX_VALUE = 512;

  /**
   * Reads a request's body.
   *
   * @throws RequestException with status 400 that names the first member that is wrong
   */
  static JobRequest parse(byte[] body) {
    Members members = Members.of(Json.object(body));
    JobRequest request =
        new JobRequest(
            members.needText("model"),
            members.needText("training_file"),
            members.text("validation_file").orElse(null),
            suffix(members),
            members.whole("seed", 0, MAX_SEED).orElse(null),
            MethodReader.read(members),
            metadata(members));
    members.refuseOthers();
    return request;
  }

  private static @Nullable String suffix(Members members) {
    Optional<String> suffix = members.text("suffix");
    if (suffix.isPresent() && !SUFFIX.matcher(suffix.get()).matches()) {
      throw RequestException.invalid(
          "invalid_value",
          members.at("suffix"),
          "Invalid value for 'suffix': expected 1 to 64 letters, digits, \"-\", \"_\" or \".\".");
    }
    return suffix.orElse(null);
  }

  private static @Nullable Map<String, String> metadata(Members members) {
    return members.object("metadata").map(JobRequest::entries).orElse(null);
  }

  private static Map<String, String> entries(Members metadata) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (String key : metadata.names()) {
      entries.put(key, metadata.text(key).orElseThrow(() -> metadataLimits(metadata.at(key))));
    }
    if (entries.size() > MAX_ENTRIES) {
      throw metadataLimits("metadata");
    }
    entries.forEach(
        (key, value) -> {
          if (key.length() > MAX_KEY || value.length() > MAX_VALUE || hasNul(key)) {
            throw metadataLimits("metadata");
          }
        });
    return entries;
  }

  /** The one character that PostgreSQL's text cannot hold. */
  private static boolean hasNul(String text) {
    return text.indexOf('\0') >= 0;
  }

  private static RequestException metadataLimits(String param) {
    return RequestException.invalid(
        "invalid_value",
        param,
        "Invalid value for 'metadata': expected at most %d strings of at most %d characters with keys of at most %d."
            .formatted(MAX_ENTRIES, MAX_VALUE, MAX_KEY));
  }
}
