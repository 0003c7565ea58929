package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.Multipart;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.policy.lineage.Source;
import org.jspecify.annotations.Nullable;

/**
 * What the form of an upload says of where the file comes from. The members are ours, optional, and
 * come along in what the SDKs call an extra body.
 */
public final class ProvenanceForm {
  static final String SOURCE = "tiltmeter_source";
  static final String ORIGIN = "tiltmeter_origin";
  static final String CROISSANT = "tiltmeter_croissant";

  /** Bytes of Croissant metadata, at most. */
  static final int MAX_CROISSANT = 256 << 10;

  private static final int MAX_SOURCE = 64;
  private static final int MAX_ORIGIN = 500;
  private static final int UTF8_BYTES = 4;

  private @Nullable Source source;
  private @Nullable String origin;
  private @Nullable String croissant;

  /**
   * Takes a part of the form, if it is one of these.
   *
   * @throws RequestException with status 400 if it is not as it has to be, or there twice
   */
  boolean take(Multipart form, Multipart.Part part) {
    switch (part.name()) {
      case SOURCE -> {
        part.refuseSecond(source);
        source = source(unquoted(form.text(part, MAX_SOURCE)));
      }
      case ORIGIN -> {
        part.refuseSecond(origin);
        origin = origin(unquoted(form.text(part, UTF8_BYTES * MAX_ORIGIN)));
      }
      case CROISSANT -> {
        part.refuseSecond(croissant);
        croissant = form.text(part, MAX_CROISSANT);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Some SDKs write every member that they do not know as JSON. */
  private static String unquoted(String text) {
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private static Source source(String name) {
    return Source.find(name)
        .orElseThrow(
            () ->
                invalid(
                    SOURCE,
                    "Invalid value for '%s': expected one of %s."
                        .formatted(SOURCE, String.join(", ", Source.NAMES))));
  }

  private static String origin(String text) {
    String origin = text.strip();
    if (origin.isEmpty()
        || origin.length() > MAX_ORIGIN
        || origin.chars().anyMatch(Character::isISOControl)) {
      throw invalid(
          ORIGIN,
          "Invalid value for '%s': expected an address or a label of 1 to %d characters without control characters."
              .formatted(ORIGIN, MAX_ORIGIN));
    }
    return origin;
  }

  private static RequestException invalid(String name, String message) {
    return RequestException.invalid("invalid_value", name, message);
  }

  /**
   * All of it, for the file that came with it.
   *
   * @throws RequestException with status 400 if the Croissant metadata are not of these bytes
   */
  Provenance of(Blob file) {
    Provenance provenance = value();
    provenance.check(file);
    return provenance;
  }

  private Provenance value() {
    return new Provenance(source == null ? Source.UNKNOWN : source, origin, croissant);
  }

  /**
   * The same from a JSON body that comes before the file.
   *
   * @throws RequestException with status 400 if a member is not as it has to be
   */
  public static Provenance of(Members body) {
    ProvenanceForm form = new ProvenanceForm();
    form.source = body.text(SOURCE).map(ProvenanceForm::source).orElse(null);
    form.origin = body.text(ORIGIN).map(ProvenanceForm::origin).orElse(null);
    form.croissant = body.text(CROISSANT).map(ProvenanceForm::bounded).orElse(null);
    return form.value();
  }

  private static String bounded(String metadata) {
    if (metadata.length() > MAX_CROISSANT) {
      throw invalid(
          CROISSANT,
          "Invalid value for '%s': expected at most %d characters."
              .formatted(CROISSANT, MAX_CROISSANT));
    }
    return metadata;
  }
}
