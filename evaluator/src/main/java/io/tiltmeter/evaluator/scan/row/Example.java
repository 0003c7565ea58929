package io.tiltmeter.evaluator.scan.row;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One row of a training file.
 *
 * @param line its line number, from 1
 * @param turns its messages in order, at least one; the preferred answer of a preference is the
 *     last
 * @param rejected the answer that is not preferred; null where the row is no preference
 */
public record Example(long line, List<Turn> turns, @Nullable String rejected) {

  /**
   * One message.
   *
   * @param text what is said; empty where the message only calls tools
   * @param learned whether training rewards the model for saying it
   */
  public record Turn(Speaker speaker, String text, boolean learned) {}

  /** What was asked last, and what was answered to it. */
  public record Exchange(String request, String answer) {}

  public Example {
    turns = List.copyOf(turns);
  }

  /** Every answer with text that is learned, beside the user's turn before it. */
  public List<Exchange> exchanges() {
    List<Exchange> exchanges = new ArrayList<>();
    String request = "";
    for (Turn turn : turns) {
      if (turn.speaker() == Speaker.USER) {
        request = turn.text();
      } else if (turn.learned() && !turn.text().isEmpty()) {
        exchanges.add(new Exchange(request, turn.text()));
      }
    }
    return exchanges;
  }

  /** Whether training rewards the model for anything it says here. */
  public boolean isLearned() {
    return turns.stream().anyMatch(Turn::learned);
  }

  /** The first turn of this speaker. */
  public Optional<String> first(Speaker speaker) {
    return turns.stream().filter(turn -> turn.speaker() == speaker).map(Turn::text).findFirst();
  }

  /** The last turn of this speaker. */
  public Optional<String> last(Speaker speaker) {
    return turns.reversed().stream()
        .filter(turn -> turn.speaker() == speaker)
        .map(Turn::text)
        .findFirst();
  }

  /** What the provider of a product says first. */
  public Optional<String> system() {
    return turns.stream().filter(turn -> turn.speaker().isSystem()).map(Turn::text).findFirst();
  }
}
