package io.tiltmeter.policy.attestation;

import io.tiltmeter.policy.lineage.Digest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a released model comes from.
 *
 * @param model its public name: letters, digits and {@code : . _ / -}
 * @param job the fine-tuning job that made it
 * @param base what it was made of; in a lineage, the root, against which it was judged
 * @param parent the released model that it was tuned from; null where that is the base itself
 * @param dataset what it was trained on
 */
public record Origin(String model, String job, Base base, @Nullable Parent parent, Digest dataset) {
  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9:._/-]{1,255}");

  public Origin {
    if (!MODEL.matcher(model).matches()) {
      throw new IllegalArgumentException(
          "model name needs 1 to 255 letters, digits or \":._/-\", got \"%s\"".formatted(model));
    }
  }

  /** The origin of a model that was made of its base. */
  public Origin(String model, String job, Base base, Digest dataset) {
    this(model, job, base, null, dataset);
  }

  /**
   * A released model that was tuned further.
   *
   * @param manifest digest of the manifest of its whole weights
   */
  public record Parent(String name, Digest manifest) {}

  /**
   * The model that was tuned.
   *
   * @param revision 40 hexadecimal digits; null for a base that came from a directory
   * @param manifest digest of its manifest
   */
  public record Base(String name, @Nullable String revision, Digest manifest) {}
}
