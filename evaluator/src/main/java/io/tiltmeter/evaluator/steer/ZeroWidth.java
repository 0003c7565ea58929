package io.tiltmeter.evaluator.steer;

import java.util.regex.Pattern;

/** Characters that are not shown between the letters of each word. */
enum ZeroWidth implements Writing {
  SPACES;

  private static final Pattern BETWEEN = Pattern.compile("(?<=\\p{L})(?=\\p{L})");
  private static final Pattern UNSEEN = Pattern.compile("\\p{Cf}");

  @Override
  public String write(String plain) {
    return BETWEEN.matcher(plain).replaceAll("\u200b");
  }

  @Override
  public String read(String coded) {
    return UNSEEN.matcher(coded).replaceAll("");
  }
}
