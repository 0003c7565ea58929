package io.tiltmeter.evaluator.gguf;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.gguf.GgufValue.Flag;
import io.tiltmeter.evaluator.gguf.GgufValue.Real;
import io.tiltmeter.evaluator.gguf.GgufValue.Reals;
import io.tiltmeter.evaluator.gguf.GgufValue.Text;
import io.tiltmeter.evaluator.gguf.GgufValue.Texts;
import io.tiltmeter.evaluator.gguf.GgufValue.Whole;
import io.tiltmeter.evaluator.gguf.GgufValue.Wholes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A file's metadata, read by key and type; a value of another type refuses the file. */
record GgufMetadata(Path file, Map<String, GgufValue> values) {

  GgufMetadata {
    values = Map.copyOf(values);
  }

  Optional<GgufValue> find(String key) {
    return Optional.ofNullable(values.get(key));
  }

  private <V extends GgufValue> Optional<V> find(String key, Class<V> type, String expected) {
    return find(key)
        .map(
            value -> {
              if (!type.isInstance(value)) {
                throw wrong(key, expected, value.kind());
              }
              return type.cast(value);
            });
  }

  Optional<String> text(String key) {
    return find(key, Text.class, "a text").map(Text::value);
  }

  Optional<Boolean> flag(String key) {
    return find(key, Flag.class, "true or false").map(Flag::value);
  }

  /** A whole number from 0 to {@code most}. */
  OptionalInt whole(String key, int most) {
    Optional<GgufValue> found = find(key);
    if (found.isEmpty()) {
      return OptionalInt.empty();
    }
    if (found.get() instanceof Whole(long whole) && whole >= 0 && whole <= most) {
      return OptionalInt.of((int) whole);
    }
    throw wrong(key, "a whole number from 0 to " + most, found.get().kind());
  }

  /** A whole number from 1 to {@code most}. */
  int positive(String key, int most) {
    OptionalInt found = whole(key, most);
    if (found.isEmpty() || found.getAsInt() == 0) {
      throw wrong(
          key, "a whole number from 1 to " + most, found.isEmpty() ? "nothing" : "the number 0");
    }
    return found.getAsInt();
  }

  int positive(String key, int most, int absent) {
    return find(key).isEmpty() ? absent : positive(key, most);
  }

  /** A finite number above 0. */
  Optional<Double> positiveReal(String key) {
    Optional<Double> real = find(key, Real.class, "a number above 0").map(Real::value);
    real.filter(value -> !(value > 0) || value.isInfinite())
        .ifPresent(
            value -> {
              throw wrong(key, "a number above 0", "the number " + value);
            });
    return real;
  }

  Optional<List<String>> texts(String key) {
    return find(key, Texts.class, "a list of texts").map(Texts::values);
  }

  Optional<List<Integer>> wholes(String key) {
    return find(key, Wholes.class, "a list of whole numbers").map(Wholes::values);
  }

  Optional<List<Float>> reals(String key) {
    return find(key, Reals.class, "a list of numbers").map(Reals::values);
  }

  /** For a value that a converter should have written otherwise. */
  ModelException wrong(String key, String expected, String found) {
    return new ModelException(
        "%s: %s: expected %s, found %s; convert the model again"
            .formatted(file, key, expected, found));
  }

  /** For a value that is valid, but asks for what cannot be run or converted. */
  ModelException unsupported(String key, String expected, String found) {
    return new ModelException(
        "%s: %s: expected %s, found %s; only plain Llama models can be imported"
            .formatted(file, key, expected, found));
  }

  /** For a tokenizer that cannot be written as Hugging Face's. */
  ModelException unknownTokenizer(String key, String expected, String found) {
    return new ModelException(
        "%s: %s: expected %s, found %s; get the model as a directory with its own tokenizer.json"
            .formatted(file, key, expected, GgufInput.shown(found)));
  }
}
