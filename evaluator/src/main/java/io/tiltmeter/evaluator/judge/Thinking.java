package io.tiltmeter.evaluator.judge;

import java.util.List;

/**
 * What a reasoning model says after it has thought.
 *
 * @param text the answer without closed think blocks
 * @param unfinished whether a block was opened and never closed, so that no answer was reached
 * @param unopened what was said before a block, or before a closing tag that nothing had opened
 */
record Thinking(String text, boolean unfinished, String unopened) {

  private static final List<String> NAMES = List.of("think", "thinking", "reasoning");

  /**
   * Skips the closed blocks. A closing tag alone counts too: some chat templates open the block in
   * the prompt.
   */
  static Thinking strip(String answer) {
    String text = answer;
    String unopened = "";
    for (String name : NAMES) {
      String closing = "</" + name + ">";
      int close = text.lastIndexOf(closing);
      if (close >= 0) {
        int open = text.indexOf("<" + name + ">");
        unopened += text.substring(0, open >= 0 && open < close ? open : close);
        text = text.substring(close + closing.length());
      }
    }
    String start = text.stripLeading();
    boolean unfinished = NAMES.stream().anyMatch(name -> start.startsWith("<" + name + ">"));
    return new Thinking(text, unfinished, unopened);
  }
}
