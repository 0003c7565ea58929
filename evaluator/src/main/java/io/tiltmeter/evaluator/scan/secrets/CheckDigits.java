package io.tiltmeter.evaluator.scan.secrets;

import java.util.Map;

/** Check digits of cards and accounts. */
final class CheckDigits {
  /** How long account numbers are, by country (SWIFT's IBAN registry). */
  private static final Map<String, Integer> IBAN_LENGTHS =
      Map.ofEntries(
          Map.entry("AT", 20),
          Map.entry("BE", 16),
          Map.entry("BG", 22),
          Map.entry("BR", 29),
          Map.entry("CH", 21),
          Map.entry("CY", 28),
          Map.entry("CZ", 24),
          Map.entry("DE", 22),
          Map.entry("DK", 18),
          Map.entry("EE", 20),
          Map.entry("ES", 24),
          Map.entry("FI", 18),
          Map.entry("FR", 27),
          Map.entry("GB", 22),
          Map.entry("GR", 27),
          Map.entry("HR", 21),
          Map.entry("HU", 28),
          Map.entry("IE", 22),
          Map.entry("IL", 23),
          Map.entry("IT", 27),
          Map.entry("LT", 20),
          Map.entry("LU", 20),
          Map.entry("LV", 21),
          Map.entry("MT", 31),
          Map.entry("NL", 18),
          Map.entry("NO", 15),
          Map.entry("PL", 28),
          Map.entry("PT", 25),
          Map.entry("RO", 24),
          Map.entry("SA", 24),
          Map.entry("SE", 24),
          Map.entry("SI", 19),
          Map.entry("SK", 24),
          Map.entry("TR", 26),
          Map.entry("AE", 23),
          Map.entry("UA", 29));

  private CheckDigits() {}

  /** Whether the last of these digits is right (Luhn); nothing else may be among them. */
  static boolean isLuhn(CharSequence digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int doubled = i % 2 == 0 ? digit : 2 * digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }

  /** Whether this is an account number: upper case letters and digits without blanks. */
  static boolean isIban(CharSequence number) {
    if (number.length() < 5) {
      return false;
    }
    Integer length = IBAN_LENGTHS.get(number.subSequence(0, 2).toString());
    if (length == null || number.length() != length) {
      return false;
    }
    int rest = 0;
    for (int i = 0; i < number.length(); i++) {
      char c = number.charAt((i + 4) % number.length());
      int value = Character.digit(c, 36);
      rest = (value < 10 ? 10 * rest + value : 100 * rest + value) % 97;
    }
    return rest == 1;
  }
}
