package io.tiltmeter.evaluator.scan;

import java.util.List;
import java.util.Optional;

/**
 * One row of a training file.
 *
 * @param line its line number, from 1
 * @param turns its messages in order, at least one
 */
record Example(long line, List<Turn> turns) {

  /**
   * One message.
   *
   * @param text what is said; empty where the message only calls tools
   */
  record Turn(Speaker speaker, String text) {}

  /** What was asked last, and what was answered to it. */
  record Exchange(String request, String answer) {}

  Example {
    turns = List.copyOf(turns);
  }

  /** Every answer with text, beside the user's turn before it. */
  List<Exchange> exchanges() {
    var exchanges = new java.util.ArrayList<Exchange>();
    String request = "";
    for (Turn turn : turns) {
      if (turn.speaker() == Speaker.USER) {
        request = turn.text();
      } else if (turn.speaker() == Speaker.ASSISTANT && !turn.text().isEmpty()) {
        exchanges.add(new Exchange(request, turn.text()));
      }
    }
    return exchanges;
  }

  /** The first turn of this speaker. */
  Optional<String> first(Speaker speaker) {
    return turns.stream().filter(turn -> turn.speaker() == speaker).map(Turn::text).findFirst();
  }
}
