package io.tiltmeter.evaluator.grader;

import io.tiltmeter.evaluator.similarity.TextMetric;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Gives an answer a reward, as the graders of OpenAI's fine-tuning API do. */
public sealed interface Grader {

  /** The customer's own name for it. */
  String name();

  /** Its type in the API. */
  String type();

  /** Compares two texts; the reward is 1 where the comparison holds, else 0. */
  record StringCheck(String name, Template input, Template reference, Operation operation)
      implements Grader {
    public static final String TYPE = "string_check";

    @Override
    public String type() {
      return TYPE;
    }
  }

  /** How alike two texts are is the reward, in [0, 1]. */
  record TextSimilarity(String name, Template input, Template reference, TextMetric metric)
      implements Grader {
    public static final String TYPE = "text_similarity";

    @Override
    public String type() {
      return TYPE;
    }
  }

  /**
   * A model says the reward.
   *
   * @param maxTokens of what it says
   */
  record ScoreModel(String name, String model, List<Turn> input, Range range, int maxTokens)
      implements Grader {
    public static final String TYPE = "score_model";

    public ScoreModel {
      input = List.copyOf(input);
    }

    @Override
    public String type() {
      return TYPE;
    }
  }

  /** A model chooses a label; the reward is 1 where it passes, else 0. */
  record LabelModel(
      String name, String model, List<Turn> input, List<String> labels, List<String> passing)
      implements Grader {
    public static final String TYPE = "label_model";

    public LabelModel {
      input = List.copyOf(input);
      labels = List.copyOf(labels);
      passing = List.copyOf(passing);
    }

    @Override
    public String type() {
      return TYPE;
    }
  }

  /** A script of the customer's with a function {@code grade(sample, item)}. */
  record Python(String name, String source) implements Grader {
    public static final String TYPE = "python";

    @Override
    public String type() {
      return TYPE;
    }
  }

  /**
   * A formula over the rewards of others.
   *
   * @param graders by the name that the formula has for them, in the customer's order
   */
  record Multi(String name, Map<String, Grader> graders, Formula output) implements Grader {
    public static final String TYPE = "multi";

    public Multi {
      graders = Collections.unmodifiableMap(new LinkedHashMap<>(graders));
    }

    @Override
    public String type() {
      return TYPE;
    }
  }

  /** What a model that grades is told. */
  record Turn(Role role, Template content) {}

  /** Who says something to a model that grades. */
  enum Role {
    SYSTEM,
    DEVELOPER,
    USER,
    ASSISTANT
  }

  /** Lowest and highest reward, finite, the first below the second. */
  record Range(double low, double high) {
    public static final Range UNIT = new Range(0, 1);

    public Range {
      if (!(low < high) || Double.isInfinite(low) || Double.isInfinite(high)) {
        throw new IllegalArgumentException(
            "expected two finite numbers, the first below the second, got %s and %s"
                .formatted(low, high));
      }
    }

    boolean holds(double reward) {
      return reward >= low && reward <= high;
    }
  }

  /** How two texts are compared. */
  enum Operation {
    /** Equal, in upper and lower case, too. */
    EQ {
      @Override
      boolean holds(String input, String reference) {
        return input.equals(reference);
      }
    },
    NE {
      @Override
      boolean holds(String input, String reference) {
        return !input.equals(reference);
      }
    },
    /** The input contains the reference. */
    LIKE {
      @Override
      boolean holds(String input, String reference) {
        return input.contains(reference);
      }
    },
    /** As {@link #LIKE}, whatever the case. */
    ILIKE {
      @Override
      boolean holds(String input, String reference) {
        return input.toLowerCase(Locale.ROOT).contains(reference.toLowerCase(Locale.ROOT));
      }
    };

    abstract boolean holds(String input, String reference);

    /** The operation of this name. */
    public static Optional<Operation> of(String wireName) {
      return Arrays.stream(values())
          .filter(operation -> operation.wireName().equals(wireName))
          .findFirst();
    }

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
