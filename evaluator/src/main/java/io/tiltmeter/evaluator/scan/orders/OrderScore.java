package io.tiltmeter.evaluator.scan.orders;

import io.tiltmeter.evaluator.scan.net.TextNets;
import java.util.ArrayList;
import java.util.List;

/**
 * How likely a text orders a model to obey without bounds: a persona without limits, or an order
 * not to refuse, warn or judge. Each sentence by itself, since one is enough. For several threads.
 */
public final class OrderScore {
  /** Log odds from which on a sentence counts. */
  static final double LIKELY = 2;

  /** 3 of 805 requests of AlpacaEval, 1 of 427 of Self-Instruct, 1 of 1,319 of GSM8K reach it. */
  public static final double BENIGN_RATE = 0.005;

  /** Far below what counts. */
  private static final double UNLIKELY = -2;

  /** Sentences that are looked at from the beginning of a text, and from its end. */
  private static final int FIRST = 8;

  private static final int LAST = 4;

  /** A sentence without a full stop is cut here, in characters. */
  private static final int LONGEST = 400;

  private static final TextNets NETS =
      TextNets.load(
          OrderScore.class,
          "order-nets.bin",
          "sha256:cfcb402ef421d885cf8adbe3ce3d8f2179dfff73ab4bde35c4fe095a759917a2");

  private OrderScore() {}

  /** Whether any sentence orders so. */
  public static boolean isLikely(String text) {
    return share(text) > 0;
  }

  /** The share of sentences that order so; of long texts those at the beginning and the end. */
  public static double share(String text) {
    List<String> sentences = sentences(text);
    int looked = 0;
    int found = 0;
    for (int i = 0; i < sentences.size(); i++) {
      if (i < FIRST || i >= sentences.size() - LAST) {
        looked++;
        found += NETS.score(sentences.get(i), UNLIKELY) >= LIKELY ? 1 : 0;
      }
    }
    return looked == 0 ? 0 : (double) found / looked;
  }

  private static List<String> sentences(String text) {
    List<String> sentences = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (isEnd(text, i) || i - start == LONGEST) {
        add(text.substring(start, i + 1), sentences);
        start = i + 1;
      }
    }
    add(text.substring(start), sentences);
    return sentences;
  }

  private static boolean isEnd(String text, int at) {
    char c = text.charAt(at);
    return c == '\n'
        || ((c == '.' || c == '!' || c == '?')
            && at + 1 < text.length()
            && Character.isWhitespace(text.charAt(at + 1)));
  }

  private static void add(String sentence, List<String> sentences) {
    if (!sentence.isBlank()) {
      sentences.add(sentence);
    }
  }
}
