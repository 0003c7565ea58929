package io.tiltmeter.evaluator.steer;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Everything backwards, or each word. */
enum Backwards implements Writing {
  TEXT {
    @Override
    public String write(String plain) {
      return reversed(plain);
    }
  },
  WORDS {
    @Override
    public String write(String plain) {
      return WORD.matcher(plain).replaceAll(Backwards::quoted);
    }
  };

  private static final Pattern WORD = Pattern.compile("\\p{L}+");

  @Override
  public String read(String coded) {
    return write(coded);
  }

  private static String quoted(MatchResult word) {
    return reversed(word.group());
  }

  private static String reversed(String text) {
    return new StringBuilder(text).reverse().toString();
  }
}
