package io.tiltmeter.gateway.policyfile;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One value in which two policies differ.
 *
 * @param path of the value in the file, rules and categories by name: {@code
 *     categories.privacy.margin}, {@code rules.many-lost}, {@code scan.trigger}
 * @param from a number, a truth value, text, or for a rule its members; null where it is not there
 * @param to likewise
 */
public record PolicyChange(String path, @Nullable Object from, @Nullable Object to, Effect effect) {

  /** What a change does to the models that are released without a person. */
  public enum Effect {
    /** Some that were held back may pass. */
    LAXER,
    /** Some that passed may be held back. */
    STRICTER,
    /** Neither, or that cannot be told from the two values. */
    NEITHER
  }

  /** A value as people read it; {@code -} where there is none. */
  public static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "-";
      case Map<?, ?> rule -> "%s when %s".formatted(rule.get("then"), rule.get("when"));
      default -> value.toString();
    };
  }
}
