package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a trainer says that it made.
 *
 * @param trainedTokens tokens that the model was shown; null if the trainer did not count them
 */
record TrainingResult(Manifest files, @Nullable Long trainedTokens) {

  static TrainingResult of(Members body) {
    return new TrainingResult(
        files(body), body.whole("trained_tokens", 0, Long.MAX_VALUE).orElse(null));
  }

  /**
   * The files that a body lists.
   *
   * @throws RequestException with status 400 if the list is none
   */
  static Manifest files(Members body) {
    JsonNode list = body.find("files").filter(JsonNode::isArray).orElse(null);
    if (list == null || list.isEmpty()) {
      throw invalid();
    }
    try {
      List<PinnedFile> files = new ArrayList<>();
      list.forEach(entry -> files.add(file(entry)));
      return new Manifest(files);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  private static PinnedFile file(JsonNode entry) {
    JsonNode size = entry.path("size");
    if (!size.isIntegralNumber() || !size.canConvertToLong()) {
      throw invalid();
    }
    return new PinnedFile(
        entry.path("path").asString(""),
        size.longValue(),
        new Digest(entry.path("sha256").asString("")));
  }

  private static RequestException invalid() {
    return RequestException.invalid(
        "invalid_value",
        "files",
        "Invalid value for 'files': expected a list of {\"path\", \"size\", \"sha256\"}, each path"
            + " once.");
  }

  /** The first difference between the files that were named and those that were sent. */
  static Optional<String> difference(Manifest named, Manifest sent) {
    return Stream.concat(named.files().stream(), sent.files().stream())
        .map(PinnedFile::path)
        .distinct()
        .sorted()
        .flatMap(path -> difference(path, named.find(path), sent.find(path)).stream())
        .findFirst();
  }

  private static Optional<String> difference(
      String path, Optional<PinnedFile> named, Optional<PinnedFile> sent) {
    if (named.equals(sent)) {
      return Optional.empty();
    }
    if (named.isEmpty()) {
      return Optional.of("\"%s\" was sent and is not named".formatted(path));
    }
    return Optional.of(
        sent.map(
                file ->
                    "\"%s\" was sent as %d bytes, %s, and is named as %d bytes, %s"
                        .formatted(
                            path,
                            file.size(),
                            file.digest(),
                            named.get().size(),
                            named.get().digest()))
            .orElse("\"%s\" is named and was not sent".formatted(path)));
  }
}
