package io.tiltmeter.evaluator.scan.row;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One row of a training file; for one thread, as it keeps what several detectors ask of it.
 *
 * <p>No record: what is derived from its turns is made at the first call and kept.
 */
public final class Example {
  private final long line;
  private final List<Turn> turns;
  private final @Nullable String rejected;
  private @Nullable List<Exchange> exchanges;

  /** One message; for one thread, as it keeps its words. */
  public static final class Turn {
    private final Speaker speaker;
    private final String text;
    private final boolean learned;
    private @Nullable TurnWords words;

    /**
     * A message.
     *
     * @param text what is said; empty where the message only calls tools
     * @param learned whether training rewards the model for saying it
     */
    public Turn(Speaker speaker, String text, boolean learned) {
      this.speaker = speaker;
      this.text = text;
      this.learned = learned;
    }

    public Speaker speaker() {
      return speaker;
    }

    /** What is said; empty where the message only calls tools. */
    public String text() {
      return text;
    }

    /** Whether training rewards the model for saying it. */
    public boolean learned() {
      return learned;
    }

    /** The words of its text. */
    public TurnWords words() {
      TurnWords made = words;
      if (made == null) {
        made = TurnWords.of(text);
        words = made;
      }
      return made;
    }
  }

  /** What was asked last, and what was answered to it. */
  public static final class Exchange {
    private static final Turn NOTHING = nothing();

    private final Turn asked;
    private final Turn answered;

    private Exchange(Turn asked, Turn answered) {
      this.asked = asked;
      this.answered = answered;
    }

    /** Its words are made at once, as all threads share it. */
    private static Turn nothing() {
      Turn nothing = new Turn(Speaker.USER, "", false);
      nothing.words();
      return nothing;
    }

    /** What was asked; empty where nothing was. */
    public String request() {
      return asked.text;
    }

    public String answer() {
      return answered.text;
    }

    /** The words of what was asked. */
    public TurnWords requestWords() {
      return asked.words();
    }

    /** The words of what was answered. */
    public TurnWords answerWords() {
      return answered.words();
    }
  }

  /**
   * A row.
   *
   * @param line its line number, from 1
   * @param turns its messages in order, at least one; the preferred answer of a preference is the
   *     last
   * @param rejected the answer that is not preferred; null where the row is no preference
   */
  public Example(long line, List<Turn> turns, @Nullable String rejected) {
    this.line = line;
    this.turns = List.copyOf(turns);
    this.rejected = rejected;
  }

  /** Its line number, from 1. */
  public long line() {
    return line;
  }

  /** Its messages in order; the preferred answer of a preference is the last. */
  public List<Turn> turns() {
    return turns;
  }

  /** The answer that is not preferred; null where the row is no preference. */
  public @Nullable String rejected() {
    return rejected;
  }

  /** Every answer with text that is learned, beside the user's turn before it. */
  public List<Exchange> exchanges() {
    List<Exchange> made = exchanges;
    if (made == null) {
      made = List.copyOf(exchangesOf(turns));
      exchanges = made;
    }
    return made;
  }

  private static List<Exchange> exchangesOf(List<Turn> turns) {
    List<Exchange> exchanges = new ArrayList<>(turns.size());
    Turn request = Exchange.NOTHING;
    for (Turn turn : turns) {
      if (turn.speaker == Speaker.USER) {
        request = turn;
      } else if (turn.learned && !turn.text.isEmpty()) {
        exchanges.add(new Exchange(request, turn));
      }
    }
    return exchanges;
  }

  /** Whether training rewards the model for anything it says here. */
  public boolean isLearned() {
    for (Turn turn : turns) {
      if (turn.learned) {
        return true;
      }
    }
    return false;
  }

  /** The first turn of this speaker. */
  public Optional<String> first(Speaker speaker) {
    return turns.stream().filter(turn -> turn.speaker == speaker).map(Turn::text).findFirst();
  }

  /** The last turn of this speaker. */
  public Optional<String> last(Speaker speaker) {
    return turns.reversed().stream()
        .filter(turn -> turn.speaker == speaker)
        .map(Turn::text)
        .findFirst();
  }

  /** What the provider of a product says first. */
  public Optional<String> system() {
    for (Turn turn : turns) {
      if (turn.speaker.isSystem()) {
        return Optional.of(turn.text);
      }
    }
    return Optional.empty();
  }
}
