package io.tiltmeter.policy.lineage;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the rows of a training file come from, as its uploader says. */
public enum Source {
  /** Written or chosen row by row by people who are known. */
  CURATED,
  /** Bought or taken over under a licence. */
  LICENSED,
  /** Written by a model. */
  SYNTHETIC,
  /** What users of a product wrote, or could have a say in. */
  USER_INFLUENCED,
  /** Collected from the web. */
  WEB,
  /** Nobody said. */
  UNKNOWN;

  /** Every name, in order. */
  public static final List<String> NAMES = Stream.of(values()).map(Source::wireName).toList();

  /** The name used in requests and files: lower case with underscores. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The source of this name, if there is one. */
  public static Optional<Source> find(String wireName) {
    return Stream.of(values()).filter(source -> source.wireName().equals(wireName)).findFirst();
  }
}
