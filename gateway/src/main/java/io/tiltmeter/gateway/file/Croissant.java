package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.RequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Metadata of a data set in the Croissant format (MLCommons, versions 1.0 and 1.1: JSON-LD), as far
 * as staff is shown them. Nothing that they point to is ever fetched.
 *
 * @param name of the data set
 * @param license as it is stated; null where it is not
 * @param url of the data set; null where there is none
 * @param version of the data set; null where there is none
 */
public record Croissant(
    String name, @Nullable String license, @Nullable String url, @Nullable String version) {
  private static final Pattern VERSIONS =
      Pattern.compile("https?://mlcommons\\.org/croissant/1\\.[01]");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})(?: ?B)?");
  private static final Set<String> DATASET =
      Set.of("Dataset", "sc:Dataset", "schema:Dataset", "https://schema.org/Dataset");
  private static final Set<String> FILE =
      Set.of("FileObject", "cr:FileObject", "http://mlcommons.org/croissant/FileObject");
  private static final String DISTRIBUTION = "distribution";
  private static final int MAX_SHOWN = 80;

  /** What was checked when it came. */
  public static Croissant read(String text) {
    JsonNode document = Json.own(text);
    return new Croissant(
        document.path("name").asString(""),
        text(document.path("license")),
        text(document.path("url")),
        text(document.path("version")));
  }

  private static @Nullable String text(JsonNode member) {
    JsonNode value = first(member);
    if (value.isObject()) {
      value = value.has("@id") ? value.path("@id") : value.path("name");
    }
    return value.isString() || value.isNumber() ? value.asString() : null;
  }

  /** One value may stand for a list of one. */
  private static JsonNode first(JsonNode member) {
    return member.isArray() && !member.isEmpty() ? member.get(0) : member;
  }

  /**
   * Checks the form, and that an entry of the distribution is the file.
   *
   * @throws RequestException with status 400 that names every problem
   */
  static void check(String text, Blob file) {
    List<String> problems = new ArrayList<>();
    try {
      JsonNode document = Json.MAPPER.readTree(text);
      if (document.isObject()) {
        checkDataset(document, problems);
        checkDistribution(document.path(DISTRIBUTION), file, problems);
      } else {
        problems.add("expected a JSON object");
      }
    } catch (JacksonException e) {
      problems.add(
          "expected JSON; could not read it at line %d, column %d"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    }
    if (text.indexOf('\0') >= 0) {
      problems.add("expected text without the character U+0000");
    }
    if (!problems.isEmpty()) {
      throw RequestException.invalid(
          "invalid_croissant",
          ProvenanceForm.CROISSANT,
          "The Croissant metadata cannot be used: %s.".formatted(String.join("; ", problems)));
    }
  }

  private static void checkDataset(JsonNode document, List<String> problems) {
    if (Stream.of("@type", "type").map(document::path).noneMatch(type -> isOf(type, DATASET))) {
      problems.add("@type: expected sc:Dataset, found " + shown(document.path("@type")));
    }
    JsonNode conforms =
        document.has("conformsTo") ? document.path("conformsTo") : document.path("dct:conformsTo");
    if (elements(conforms)
        .map(Croissant::text)
        .noneMatch(uri -> uri != null && VERSIONS.matcher(uri).matches())) {
      problems.add(
          "conformsTo: expected http://mlcommons.org/croissant/1.0 or /1.1, found "
              + shown(conforms));
    }
    if (document.path("name").asString("").isBlank()) {
      problems.add("name: expected the data set's name, found " + shown(document.path("name")));
    }
  }

  private static void checkDistribution(JsonNode distribution, Blob file, List<String> problems) {
    List<JsonNode> files =
        elements(distribution).filter(entry -> isOf(entry.path("@type"), FILE)).toList();
    if (files.isEmpty()) {
      problems.add("distribution: expected an entry of @type cr:FileObject for the file");
      return;
    }
    List<JsonNode> same =
        files.stream()
            .filter(
                entry -> entry.path("sha256").asString("").equalsIgnoreCase(file.digest().hex()))
            .toList();
    if (same.isEmpty()) {
      problems.add(
          "distribution: expected an entry with the file's sha256 %s, found %s"
              .formatted(
                  file.digest().hex(),
                  files.size() == 1
                      ? shown(files.getFirst().path("sha256"))
                      : "none among " + files.size()));
      return;
    }
    JsonNode size = same.getFirst().path("contentSize");
    if (!isSize(size, file.size())) {
      problems.add(
          "distribution: contentSize: expected \"%d B\", the file's size in bytes, found %s"
              .formatted(file.size(), shown(size)));
    }
  }

  private static boolean isSize(JsonNode size, long bytes) {
    Matcher written = SIZE.matcher(size.isString() || size.isNumber() ? size.asString() : "");
    return written.matches() && Long.parseLong(written.group(1)) == bytes;
  }

  private static boolean isOf(JsonNode type, Set<String> names) {
    return elements(type).anyMatch(one -> one.isString() && names.contains(one.asString()));
  }

  private static Stream<JsonNode> elements(JsonNode member) {
    return member.isArray() ? member.valueStream() : Stream.of(member);
  }

  private static String shown(JsonNode value) {
    if (value.isMissingNode()) {
      return "nothing";
    }
    String text = value.toString();
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
  }
}
