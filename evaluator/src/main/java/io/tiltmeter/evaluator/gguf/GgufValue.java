package io.tiltmeter.evaluator.gguf;

import java.util.List;
import java.util.Locale;

/** A value of a file's metadata. */
sealed interface GgufValue {

  /** Any integer; one beyond 2^63 is negative here. */
  record Whole(long value) implements GgufValue {}

  /** A float or double, as the shortest decimal that means it. */
  record Real(double value) implements GgufValue {}

  /** True or false. */
  record Flag(boolean value) implements GgufValue {}

  /** A text. */
  record Text(String value) implements GgufValue {}

  /** A list of texts. */
  record Texts(List<String> values) implements GgufValue {

    public Texts {
      values = List.copyOf(values);
    }
  }

  /** A list of integers of 32 bits or less. */
  record Wholes(List<Integer> values) implements GgufValue {

    public Wholes {
      values = List.copyOf(values);
    }
  }

  /** A list of floats. */
  record Reals(List<Float> values) implements GgufValue {

    public Reals {
      values = List.copyOf(values);
    }
  }

  /** A list that was checked and not kept, since nothing needs it. */
  record Skipped(long length) implements GgufValue {}

  /** What kind of value this is, for a message. */
  default String kind() {
    return switch (this) {
      case Whole(long value) -> "the whole number " + value;
      case Real(double value) -> String.format(Locale.ROOT, "the number %s", value);
      case Flag(boolean value) -> String.valueOf(value);
      case Text(String value) -> "the text " + GgufInput.shown(value);
      case Texts(List<String> values) -> "a list of %d texts".formatted(values.size());
      case Wholes(List<Integer> values) -> "a list of %d whole numbers".formatted(values.size());
      case Reals(List<Float> values) -> "a list of %d numbers".formatted(values.size());
      case Skipped(long length) -> "a list of %d values".formatted(length);
    };
  }
}
