package io.tiltmeter.gateway.policyfile;

import io.tiltmeter.gateway.policyfile.PolicyChange.Effect;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** Which of two values of a key holds back more models. */
final class Strictness {
  private static final ToDoubleFunction<Object> MORE = Strictness::number;
  private static final ToDoubleFunction<Object> LESS = Strictness::negative;
  private static final ToDoubleFunction<Object> WHETHER = ranked(false, true);

  /** How strict a value of each key is; more is stricter. */
  private static final Map<String, ToDoubleFunction<Object>> BY_KEY =
      Map.ofEntries(
          Map.entry("margin", LESS),
          // With a smaller one a pass takes more evidence, and so does a block.
          Map.entry("alpha_pass", LESS),
          Map.entry("alpha_block", MORE),
          Map.entry("minimum_behaviours", MORE),
          Map.entry("minimum_refusal_rate", MORE),
          Map.entry("undecided_at_most", LESS),
          Map.entry("degenerate_at_most", LESS),
          Map.entry("require", ranked("no-block", "certify")),
          Map.entry("zero_tolerance", WHETHER),
          Map.entry("sandbox", ranked("off", "preferred", "required")),
          Map.entry("two_people_against_gate", WHETHER));

  /** Keys that hold back neither more nor fewer. */
  private static final Set<String> NEUTRAL =
      Set.of(
          "schema",
          "name",
          "version",
          "escalate",
          "appeal_window",
          "disclosure",
          "calibration",
          "judge",
          "refusals",
          "found",
          "others",
          "kept");

  /** Keys of lists: whoever names more holds back more. */
  private static final Set<String> LISTS = Set.of("two_people_for", "review_sources");

  /** Keys of what a calibration holds for: whoever names it holds back what is otherwise. */
  private static final Set<String> NAMED = Set.of("runtime", "tokenizer");

  /** What a detector or a rule does; {@link #NOTHING} where the policy does not name it. */
  private static final ToDoubleFunction<Object> OUTCOME = ranked("none", "review", "block");

  /** What a detector or a rule does that is not there. */
  static final String NOTHING = "none";

  private Strictness() {}

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }

  private static double negative(Object value) {
    return -number(value);
  }

  private static ToDoubleFunction<Object> ranked(Object... fromLaxest) {
    return List.of(fromLaxest)::indexOf;
  }

  /** Whether it is known what a change of this key does. */
  static boolean knows(String key) {
    return BY_KEY.containsKey(key)
        || LISTS.contains(key)
        || NAMED.contains(key)
        || NEUTRAL.contains(key);
  }

  /** What it does that the value of this key becomes another. */
  static Effect ofKey(String key, Object from, Object to) {
    if (LISTS.contains(key)) {
      return ofList((List<?>) from, (List<?>) to);
    }
    ToDoubleFunction<Object> strictness = BY_KEY.get(key);
    return strictness == null ? Effect.NEITHER : compare(strictness, from, to);
  }

  /** What it does that this key gets a value where it had none, or loses it. */
  static Effect ofNaming(String key, boolean isNamed) {
    if (!NAMED.contains(key)) {
      return Effect.NEITHER;
    }
    return isNamed ? Effect.STRICTER : Effect.LAXER;
  }

  private static Effect ofList(List<?> from, List<?> to) {
    if (to.containsAll(from)) {
      return from.containsAll(to) ? Effect.NEITHER : Effect.STRICTER;
    }
    return from.containsAll(to) ? Effect.LAXER : Effect.NEITHER;
  }

  /** What it does that a detector or a rule forces another outcome. */
  static Effect ofOutcome(Object from, Object to) {
    return compare(OUTCOME, from, to);
  }

  private static Effect compare(ToDoubleFunction<Object> strictness, Object from, Object to) {
    double change = strictness.applyAsDouble(to) - strictness.applyAsDouble(from);
    if (change == 0) {
      return Effect.NEITHER;
    }
    return change > 0 ? Effect.STRICTER : Effect.LAXER;
  }
}
