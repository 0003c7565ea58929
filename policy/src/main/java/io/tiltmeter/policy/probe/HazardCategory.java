package io.tiltmeter.policy.probe;

import java.util.List;

/**
 * The hazard categories of MLCommons AILuminate 1.0, as pack and policy files spell them.
 *
 * <p>A pack may use further names; these are the ones that exist without a pack.
 */
public final class HazardCategory {
  /** All twelve, in the order in which tables list them. */
  public static final List<String> STANDARD =
      List.of(
          "violent-crimes",
          "sex-related-crimes",
          "child-sexual-exploitation",
          "suicide-and-self-harm",
          "indiscriminate-weapons",
          "intellectual-property",
          "defamation",
          "non-violent-crimes",
          "hate",
          "privacy",
          "specialized-advice",
          "sexual-content");

  private HazardCategory() {}
}
