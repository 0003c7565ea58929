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
 * @param seed 0 to 2147483647, if the customer chose one
 */
record JobRequest(
    String model,
    String trainingFile,
    @Nullable String suffix,
    @Nullable Long seed,
    Hyperparameters hyperparameters,
    @Nullable Map<String, String> metadata) {
  /** The one way of tuning that there is so far. */
  static final String SUPERVISED = "supervised";

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
            suffix(members),
            members.whole("seed", 0, MAX_SEED).orElse(null),
            hyperparameters(members),
            metadata(members));
    refuseUnsupported(members, "validation_file");
    refuseUnsupported(members, "integrations");
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

  private static void refuseUnsupported(Members members, String name) {
    if (members.find(name).isPresent()) {
      throw RequestException.invalid(
          "unsupported_parameter",
          members.at(name),
          "'%s' is not supported yet; leave it out or send null.".formatted(members.at(name)));
    }
  }

  private static Hyperparameters hyperparameters(Members members) {
    Optional<Members> old = members.object("hyperparameters");
    Optional<Members> method = members.object("method");
    Optional<Members> current = method.flatMap(JobRequest::supervised);
    if (old.isPresent() && current.isPresent()) {
      throw RequestException.invalid(
          "invalid_value",
          "hyperparameters",
          "'hyperparameters' and 'method.supervised.hyperparameters' exclude each other; give the"
              + " second.");
    }
    return current.or(() -> old).map(JobRequest::values).orElse(Hyperparameters.AUTOMATIC);
  }

  /** The hyperparameters of a method, which has to be a supervised one. */
  private static Optional<Members> supervised(Members method) {
    String type = method.needText("type");
    if (!type.equals(SUPERVISED)) {
      throw RequestException.invalid(
          "unsupported_method",
          method.at("type"),
          "No trainer here has this method; the method that there is: \"%s\"."
              .formatted(SUPERVISED));
    }
    refuseUnsupported(method, "dpo");
    refuseUnsupported(method, "reinforcement");
    Optional<Members> supervised = method.object(SUPERVISED);
    Optional<Members> hyperparameters = supervised.flatMap(own -> own.object("hyperparameters"));
    supervised.ifPresent(Members::refuseOthers);
    method.refuseOthers();
    return hyperparameters;
  }

  private static Hyperparameters values(Members given) {
    Hyperparameters values =
        new Hyperparameters(
            count(given, "n_epochs", 1, 50),
            count(given, "batch_size", 1, 256),
            isAutomatic(given, "learning_rate_multiplier")
                ? null
                : given.positive("learning_rate_multiplier").orElse(null),
            count(given, "lora_rank", 0, 256));
    given.refuseOthers();
    return values;
  }

  private static @Nullable Integer count(Members given, String name, int low, int high) {
    return isAutomatic(given, name)
        ? null
        : given.whole(name, low, high).map(Math::toIntExact).orElse(null);
  }

  private static boolean isAutomatic(Members given, String name) {
    return given.is(name, "auto");
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
