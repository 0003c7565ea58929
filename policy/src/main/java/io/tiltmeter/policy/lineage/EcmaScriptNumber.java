package io.tiltmeter.policy.lineage;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.stream.Stream;

/** The text that ECMAScript gives a number: ECMA-262, Number::toString with radix 10. */
final class EcmaScriptNumber {
  /** Without exponent up to 10^21, and down to 10^-6. */
  private static final int LARGEST_POINT = 21;

  private static final int SMALLEST_POINT = -5;

  private EcmaScriptNumber() {}

  /**
   * The shortest decimal that reads back as this value, the closest one if several are as short.
   *
   * @throws IllegalArgumentException if the value is NaN or infinite
   */
  static String of(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("canonical JSON needs finite numbers, got " + value);
    }
    if (value == 0) {
      return "0";
    }
    return value < 0 ? "-" + positive(-value) : positive(value);
  }

  private static String positive(double value) {
    BigDecimal shortest = shortest(value);
    String digits = shortest.unscaledValue().toString();
    int point = digits.length() - shortest.scale();
    if (point > LARGEST_POINT || point < SMALLEST_POINT) {
      return exponential(digits, point - 1);
    }
    if (point <= 0) {
      return "0." + "0".repeat(-point) + digits;
    }
    return point >= digits.length()
        ? digits + "0".repeat(point - digits.length())
        : digits.substring(0, point) + "." + digits.substring(point);
  }

  private static String exponential(String digits, int exponent) {
    String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
    return digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + Math.abs(exponent);
  }

  /** Without trailing zeros. */
  private static BigDecimal shortest(double value) {
    BigDecimal javas = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    return javas.precision() == 2 ? oneDigit(value, javas) : javas;
  }

  /**
   * Java's text has two digits even where one is enough (4.9E-324 for what ECMAScript writes
   * 5e-324), and is the shortest one otherwise.
   */
  private static BigDecimal oneDigit(double value, BigDecimal twoDigits) {
    BigInteger leading = twoDigits.unscaledValue().divide(BigInteger.TEN);
    BigDecimal below = new BigDecimal(leading, twoDigits.scale() - 1);
    BigDecimal above = new BigDecimal(leading.add(BigInteger.ONE), twoDigits.scale() - 1);
    BigDecimal exact = new BigDecimal(value);
    return Stream.of(below, above)
        .filter(candidate -> candidate.doubleValue() == value)
        .min((a, b) -> a.subtract(exact).abs().compareTo(b.subtract(exact).abs()))
        .orElse(twoDigits)
        .stripTrailingZeros();
  }
}
