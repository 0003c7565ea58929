package io.tiltmeter.gateway.sourcefile;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The names of enum constants in files: lower case, with hyphens. */
public final class WireName {
  private WireName() {}

  /** The name of this constant. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The names of these constants, in their order. */
  public static List<String> all(Enum<?>[] constants) {
    return Arrays.stream(constants).map(WireName::of).toList();
  }

  /**
   * The constant of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static <E extends Enum<E>> E find(E[] constants, String name) {
    return Arrays.stream(constants)
        .filter(constant -> of(constant).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected one of %s, got \"%s\"".formatted(all(constants), name)));
  }
}
