package io.tiltmeter.evaluator.judge;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer made ready for the rules.
 *
 * @param text normalised, without wrapping such as quotes, bullets, emoji, tags and role names
 * @param structured whether it is JSON; {@code text} then begins with its first value
 * @param listed whether it begins with an item of a list, or with code
 * @param cited whether it begins with a quotation that it then speaks about
 */
record AnswerText(String text, boolean structured, boolean listed, boolean cited) {

  private static final Pattern ROLE =
      Pattern.compile(
          "(?:assistant|ai|bot|chatbot|chatgpt|model|(?:final )?answer|response|reply|output) ?: ?");
  private static final Pattern TAG = Pattern.compile("<[a-z|/_ ]{1,24}>|```[a-z]{0,12}\\s");
  private static final Pattern JSON = Pattern.compile("[\\[{\\s]{1,4}\"[^\"]{1,40}\" ?: ?\"?");
  private static final Pattern ITEM = Pattern.compile("(?:\\(?\\d{1,2}[.)]|[a-z]\\)|-) ");
  private static final List<Pattern> WRAPPINGS = List.of(TAG, ROLE, ITEM);
  private static final Pattern CITATION =
      Pattern.compile(
          "[^\"]{1,300}\",? (?:is|was|are|were|says|said|means|comes|appears|sounds|would be|-)\\b");

  /** Takes the wrapping off normalised text. */
  static AnswerText of(String normalised) {
    String text = normalised;
    boolean structured = false;
    boolean listed = text.startsWith("```");
    boolean quoted = false;
    int before;
    do {
      before = text.length();
      Matcher json = JSON.matcher(text);
      if (json.lookingAt()) {
        structured = true;
        text = text.substring(json.end());
        continue;
      }
      listed |= ITEM.matcher(text).lookingAt();
      quoted |= text.startsWith("\"");
      text = withoutLead(text);
    } while (text.length() < before);
    boolean cited = quoted && !structured && CITATION.matcher(text).lookingAt();
    String bare =
        quoted && text.endsWith("\"") ? text.substring(0, text.length() - 1).stripTrailing() : text;
    return new AnswerText(bare, structured, listed, cited);
  }

  /** Without {@code prefix}, if it begins with it. */
  AnswerText without(String prefix) {
    String rest =
        prefix.isEmpty() || !text.startsWith(prefix) ? text : text.substring(prefix.length());
    return rest.length() == text.length() ? this : of(rest);
  }

  /** Whether it says nothing at all in letters or digits. */
  boolean isWordless() {
    return text.isEmpty();
  }

  /** Takes one piece of wrapping off. */
  private static String withoutLead(String text) {
    for (Pattern wrapping : WRAPPINGS) {
      Matcher matcher = wrapping.matcher(text);
      if (matcher.lookingAt()) {
        return text.substring(matcher.end());
      }
    }
    int at = 0;
    while (at < text.length() && !Character.isLetterOrDigit(text.codePointAt(at))) {
      if (at > 0 && "{[<".indexOf(text.charAt(at)) >= 0) {
        break;
      }
      at += Character.charCount(text.codePointAt(at));
    }
    return text.substring(at);
  }
}
