package io.tiltmeter.evaluator.judge;

import java.util.List;
import java.util.Random;

/** Text of chance: pieces that the rules look for between arbitrary code units, whole or not. */
final class RandomText {

  private static final List<String> PIECES =
      List.of(
          "I'm sorry, ",
          "but ",
          "I can't ",
          "help ",
          "however",
          "Step 1: ",
          "1. ",
          "```",
          "\n",
          " ",
          "\"",
          "<think>",
          "</think>",
          "{\"",
          "\":",
          "**",
          "_",
          "- ",
          "抱歉",
          "Sure",
          "as an AI, ",
          "\u200b");

  private RandomText() {}

  static String of(Random random) {
    var text = new StringBuilder();
    int pieces = random.nextInt(60);
    for (int i = 0; i < pieces; i++) {
      if (random.nextInt(3) == 0) {
        text.append((char) random.nextInt(Character.MAX_VALUE + 1));
      } else {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
    }
    return text.toString();
  }
}
