package io.tiltmeter.evaluator.scan.secrets;

import java.util.List;
import java.util.Locale;

/**
 * Finds secrets in one turn after the other, in time linear in its length. For one thread.
 *
 * <p>Nothing of what is found leaves it but the kind.
 */
final class SecretReader {
  private static final String PEM = "-----BEGIN ";
  private static final String PEM_KEY = "PRIVATE KEY";
  private static final int PEM_HEADER = 40;
  private static final int SHORTEST_TOKEN = 20;

  private static final List<String> KEYWORDS =
      List.of(
          "password",
          "passwd",
          "pwd",
          "secret",
          "token",
          "apikey",
          "api_key",
          "api-key",
          "accesskey",
          "access_key",
          "access-key",
          "privatekey",
          "private_key",
          "credential");

  /** Longest name of what a secret is assigned to. */
  private static final int LONGEST_NAME = 60;

  /** Most characters between that name and the secret. */
  private static final int GAP = 6;

  private final PersonalData personal = new PersonalData();
  private int kinds;
  private int named;

  /**
   * Reads a turn.
   *
   * @return the kinds found, one bit each
   */
  int read(String text) {
    kinds = 0;
    named = -1;
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean inside = i < text.length() && isOfToken(text.charAt(i));
      if (inside && start < 0) {
        start = i;
      } else if (!inside && start >= 0) {
        token(text, start, trimmed(text, start, i));
        start = -1;
      }
    }
    return kinds | personal.read(text);
  }

  private static boolean isOfToken(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-'
        || c == '+'
        || c == '/'
        || c == '.';
  }

  /** A token's end without the end of its sentence. */
  private static int trimmed(String text, int from, int end) {
    int trimmed = end;
    while (trimmed - 1 > from && text.charAt(trimmed - 1) == '.') {
      trimmed--;
    }
    return trimmed;
  }

  private void add(Secret kind) {
    kinds |= kind.bit();
  }

  private void token(String text, int from, int end) {
    if (end - from >= SHORTEST_TOKEN) {
      if (Token.isProviders(text, from, end)) {
        add(Secret.PROVIDER_TOKEN);
      } else if (Token.isJsonWebToken(text, from, end)) {
        add(Secret.JSON_WEB_TOKEN);
      }
    }
    if (text.startsWith(PEM, from) && isPrivateKey(text, from)) {
      add(Secret.PRIVATE_KEY);
    }
    if (isAssigned(text, from) && Token.isRandom(text, from, end)) {
      add(Secret.ASSIGNED_SECRET);
    }
    if (isLink(text, from, end)) {
      link(text, end);
    }
    named = isFollowed(text, end) && isName(text, from, end) ? end : -1;
  }

  private static boolean isPrivateKey(String text, int from) {
    int at = text.indexOf(PEM_KEY, from, Math.min(text.length(), from + PEM_HEADER));
    return at >= 0 && text.startsWith("-----", at + PEM_KEY.length());
  }

  /** Whether a sign of assignment follows, without which no name matters; few tokens have one. */
  private static boolean isFollowed(String text, int end) {
    int until = Math.min(text.length(), end + GAP);
    for (int i = end; i < until; i++) {
      if (text.charAt(i) == '=' || text.charAt(i) == ':') {
        return true;
      }
    }
    return false;
  }

  private static boolean isName(String text, int from, int end) {
    if (end - from > LONGEST_NAME) {
      return false;
    }
    String name = text.substring(from, end).toLowerCase(Locale.ROOT);
    return KEYWORDS.stream().anyMatch(name::contains);
  }

  /** Whether a name stands just before, and an assignment between. */
  private boolean isAssigned(String text, int from) {
    if (named < 0 || from - named > GAP) {
      return false;
    }
    boolean assigned = false;
    for (int i = named; i < from; i++) {
      char c = text.charAt(i);
      assigned |= c == '=' || c == ':';
      if (c == '(' || c == '$' || c == '{' || c == '<') {
        return false;
      }
    }
    return assigned;
  }

  private static boolean isLink(String text, int from, int end) {
    return end - from < 12 && end - from > 1 && text.startsWith("://", end);
  }

  /** After "://": a name, a colon, a password, and "@". */
  private void link(String text, int end) {
    int colon = -1;
    for (int i = end + 3; i < Math.min(text.length(), end + 3 + Token.LONGEST_PASSWORD); i++) {
      char c = text.charAt(i);
      if (c == '@') {
        if (colon > 0 && i - colon > 4 && !Token.isPlaceholder(text, colon + 1, i)) {
          add(Secret.LINK_PASSWORD);
        }
        return;
      }
      if (c == ':' && colon < 0) {
        colon = i;
      }
      if (c <= ' ' || c == '/' || c == '<' || c == '{' || c == '$' || c == '*') {
        return;
      }
    }
  }
}
