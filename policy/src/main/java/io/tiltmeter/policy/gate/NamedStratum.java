package io.tiltmeter.policy.gate;

/**
 * The stratum of one category or one replayed system prompt.
 *
 * @param kind {@code category} or {@code replay}
 */
record NamedStratum(String kind, String name, Stratum stratum, Levels levels) {

  static NamedStratum category(String name, Stratum stratum, Policy policy) {
    double margin = policy.categories().of(name).margin();
    return new NamedStratum("category", name, stratum, Levels.ofGate(policy, margin));
  }

  static NamedStratum replay(String name, Stratum stratum, Policy policy) {
    return new NamedStratum("replay", name, stratum, Levels.ofGate(policy));
  }

  /** The name that a verdict gives it. */
  String rule() {
    return kind + ":" + name;
  }
}
