package io.tiltmeter.evaluator.scan.secrets;

import java.util.Set;

/** Finds numbers of cards, accounts and telephones, and e-mail addresses. For one thread. */
final class PersonalData {
  private static final int LEAST_CARD = 13;
  private static final int MOST_CARD = 19;
  private static final int LEAST_PHONE = 9;
  private static final int MOST_PHONE = 15;
  private static final int LONGEST_IBAN = 31;
  private static final int LONGEST_LOCAL = 64;
  private static final int LONGEST_DOMAIN = 100;

  /** Numbers that providers of payments publish for tests. */
  private static final Set<String> TEST_CARDS =
      Set.of(
          "4111111111111111",
          "4242424242424242",
          "4012888888881881",
          "4000056655665556",
          "5555555555554444",
          "5105105105105100",
          "5200828282828210",
          "2223003122003222",
          "378282246310005",
          "371449635398431",
          "6011111111111117",
          "6011000990139424",
          "30569309025904",
          "3566002020360505",
          "4222222222222",
          "4000000000000002");

  private final StringBuilder number = new StringBuilder();
  private int kinds;

  /**
   * Reads a turn.
   *
   * @return the kinds found, one bit each
   */
  int read(String text) {
    kinds = 0;
    for (int i = 0; i < text.length(); ) {
      char c = text.charAt(i);
      char before = i == 0 ? ' ' : text.charAt(i - 1);
      if (c == '@') {
        address(text, i);
        i++;
      } else if (isDigit(c) && !Character.isLetterOrDigit(before) && before != '.') {
        i = digits(text, i, before);
      } else if (c >= 'A' && c <= 'Z' && !Character.isLetterOrDigit(before)) {
        account(text, i);
        i++;
      } else {
        i++;
      }
    }
    return kinds;
  }

  private void add(Secret kind) {
    kinds |= kind.bit();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Reads digits with single blanks, hyphens, points or brackets between; says where they end. */
  private int digits(String text, int from, char before) {
    number.setLength(0);
    boolean parted = false;
    int i = from;
    int end = from;
    while (i < text.length() && number.length() <= MOST_CARD) {
      char c = text.charAt(i);
      if (isDigit(c)) {
        number.append(c);
        end = i + 1;
      } else if (i > end + 1 || (c != ' ' && c != '-' && c != '.' && c != ')' && c != '(')) {
        break;
      } else {
        parted = true;
      }
      i++;
    }
    boolean inWord = end < text.length() && Character.isLetter(text.charAt(end));
    if (!inWord) {
      if (isCard()) {
        add(Secret.CARD_NUMBER);
      } else if (isPhone(text, from, end, before, parted)) {
        add(Secret.PHONE_NUMBER);
      }
    }
    return end;
  }

  private boolean isCard() {
    return number.length() >= LEAST_CARD
        && number.length() <= MOST_CARD
        && isIssued()
        && CheckDigits.isLuhn(number)
        && !TEST_CARDS.contains(number.toString());
  }

  /** Whether the first digits and the length belong to a scheme of cards. */
  private boolean isIssued() {
    int length = number.length();
    int two = (number.charAt(0) - '0') * 10 + number.charAt(1) - '0';
    if (two / 10 == 4) {
      return length == 13 || length == 16 || length == 19;
    }
    if (two == 34 || two == 37) {
      return length == 15;
    }
    return length == 16
        && ((two >= 51 && two <= 55)
            || (two >= 22 && two <= 27)
            || two == 60
            || two == 65
            || two == 35);
  }

  /** A number with its country's code, or a North American one in its three parts. */
  private boolean isPhone(String text, int from, int end, char before, boolean parted) {
    int length = number.length();
    if (before == '+') {
      return length >= LEAST_PHONE && length <= MOST_PHONE;
    }
    return parted
        && length == 10
        && isNorthAmerican(text, from, end)
        && !number.substring(3, 8).equals("55501");
  }

  private static boolean isNorthAmerican(String text, int from, int end) {
    int size = end - from;
    char first = size > 3 ? text.charAt(from + 3) : '0';
    char second = size > 8 ? text.charAt(end - 5) : '0';
    boolean hyphens = first == '-' && second == '-' && size == 12;
    boolean brackets = first == ')' && second == '-' && size <= 14;
    return hyphens || brackets;
  }

  private void account(String text, int from) {
    if (from + 4 > text.length()
        || !isDigit(text.charAt(from + 2))
        || !isDigit(text.charAt(from + 3))) {
      return;
    }
    number.setLength(0);
    for (int i = from; i < text.length() && number.length() <= LONGEST_IBAN; i++) {
      char c = text.charAt(i);
      boolean blank = c == ' ' && (i - from) % 5 == 4;
      if (isDigit(c) || (c >= 'A' && c <= 'Z')) {
        number.append(c);
        boolean last = i + 1 == text.length() || !Character.isLetterOrDigit(text.charAt(i + 1));
        if (last && CheckDigits.isIban(number)) {
          add(Secret.IBAN);
          return;
        }
      } else if (!blank) {
        return;
      }
    }
  }

  private void address(String text, int at) {
    int from = at;
    while (from > 0 && at - from < LONGEST_LOCAL && isOfLocal(text.charAt(from - 1))) {
      from--;
    }
    int end = at + 1;
    int lastPoint = -1;
    while (end < text.length() && end - at < LONGEST_DOMAIN && isOfDomain(text.charAt(end))) {
      lastPoint =
          text.charAt(end) == '.'
                  && end + 1 < text.length()
                  && Character.isLetter(text.charAt(end + 1))
              ? end
              : lastPoint;
      end++;
    }
    boolean isAddress = from < at && lastPoint > at + 1 && end - lastPoint > 2;
    if (isAddress && !isReserved(text.substring(at + 1, end))) {
      add(Secret.EMAIL_ADDRESS);
    }
  }

  /** Domains that nobody can own (RFC 2606), and those that stand for any. */
  private static boolean isReserved(String domain) {
    return domain.contains("example")
        || domain.endsWith(".test")
        || domain.endsWith(".invalid")
        || domain.startsWith("domain.")
        || domain.startsWith("email.")
        || domain.startsWith("company.");
  }

  private static boolean isOfLocal(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
  }

  private static boolean isOfDomain(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '-';
  }
}
