package io.tiltmeter.policy.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {

  @Test
  void of_rfcExample_isPublishedText() {
    // RFC 8785, 3.2.2 and 3.2.3.
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put(
        "numbers",
        List.of(
            Double.parseDouble("333333333.33333329"),
            1E30,
            new BigDecimal("4.50"),
            2e-3,
            new BigDecimal("0.000000000000000000000000001")));
    tree.put("string", "\u20ac$\u000f\nA'B\"\\\\\"/");
    tree.put("literals", Arrays.asList(null, true, false));
    assertThat(CanonicalJson.of(tree))
        .isEqualTo(
            "{\"literals\":[null,true,false],"
                + "\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                + "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  }

  @Test
  void of_rfcKeys_areSortedByUtf16() {
    // RFC 8785, 3.2.3: a surrogate pair sorts before U+FB33.
    Map<String, Object> tree = new HashMap<>();
    tree.put("\u20ac", "Euro Sign");
    tree.put("\r", "Carriage Return");
    tree.put("\ufb33", "Hebrew Letter Dalet With Dagesh");
    tree.put("1", "One");
    tree.put("\ud83d\ude00", "Emoji: Grinning Face");
    tree.put("\u0080", "Control");
    tree.put("\u00f6", "Latin Small Letter O With Diaeresis");
    assertThat(CanonicalJson.of(tree))
        .isEqualTo(
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                + "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
                + "\"\ud83d\ude00\":\"Emoji: Grinning Face\","
                + "\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
  }

  @Test
  void of_rfcNumbers_arePublishedTexts() {
    // RFC 8785, appendix B: IEEE 754 bits and text.
    assertNumber(0x0000000000000000L, "0");
    assertNumber(0x8000000000000000L, "0");
    assertNumber(0x0000000000000001L, "5e-324");
    assertNumber(0x8000000000000001L, "-5e-324");
    assertNumber(0x7fefffffffffffffL, "1.7976931348623157e+308");
    assertNumber(0xffefffffffffffffL, "-1.7976931348623157e+308");
    assertNumber(0x4340000000000000L, "9007199254740992");
    assertNumber(0xc340000000000000L, "-9007199254740992");
    assertNumber(0x4430000000000000L, "295147905179352830000");
    assertNumber(0x44b52d02c7e14af5L, "9.999999999999997e+22");
    assertNumber(0x44b52d02c7e14af6L, "1e+23");
    assertNumber(0x44b52d02c7e14af7L, "1.0000000000000001e+23");
    assertNumber(0x444b1ae4d6e2ef4eL, "999999999999999700000");
    assertNumber(0x444b1ae4d6e2ef4fL, "999999999999999900000");
    assertNumber(0x444b1ae4d6e2ef50L, "1e+21");
    assertNumber(0x3eb0c6f7a0b5ed8cL, "9.999999999999997e-7");
    assertNumber(0x3eb0c6f7a0b5ed8dL, "0.000001");
    assertNumber(0x41b3de4355555553L, "333333333.3333332");
    assertNumber(0x41b3de4355555554L, "333333333.33333325");
    assertNumber(0x41b3de4355555555L, "333333333.3333333");
    assertNumber(0x41b3de4355555556L, "333333333.3333334");
    assertNumber(0x41b3de4355555557L, "333333333.33333343");
    assertNumber(0xbecbf647612f3696L, "-0.0000033333333333333333");
    assertNumber(0x43143ff3c1cb0959L, "1424953923781206.2");
  }

  @Test
  void of_secondSmallestDouble_isTheClosestOneDigit() {
    assertNumber(2, "1e-323");
    assertNumber(3, "1.5e-323");
  }

  @Test
  void of_nanAndInfinity_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CanonicalJson.of(List.of(Double.NaN)))
        .withMessage("canonical JSON needs finite numbers, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CanonicalJson.of(Double.POSITIVE_INFINITY))
        .withMessage("canonical JSON needs finite numbers, got Infinity");
  }

  @Test
  void of_wholeNumberThatNoDoubleEquals_isRefused() {
    assertThat(CanonicalJson.of(List.of(1, 2L, BigInteger.TEN))).isEqualTo("[1,2,10]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CanonicalJson.of(9007199254740993L))
        .withMessage("canonical JSON numbers are doubles, and no double equals 9007199254740993");
  }

  @Test
  void of_loneSurrogate_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CanonicalJson.of("a\udead"))
        .withMessage("canonical JSON needs well-formed Unicode, got a lone surrogate at index 1");
    assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.of("\ud83d"));
  }

  @Test
  void of_unknownType_namesIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CanonicalJson.of(new Object()))
        .withMessage(
            "canonical JSON needs maps, lists, strings, numbers, booleans or null,"
                + " got java.lang.Object");
  }

  @Test
  void of_otherKeys_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CanonicalJson.of(Map.of(1, "one")))
        .withMessage("canonical JSON needs strings as keys");
  }

  @Test
  void of_controlCharacters_takeTheShortEscapes() {
    assertThat(CanonicalJson.of("\b\t\n\f\r\u0000\u001f\u007f"))
        .isEqualTo("\"\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\"");
  }

  private static void assertNumber(long bits, String text) {
    assertThat(CanonicalJson.of(Double.longBitsToDouble(bits))).isEqualTo(text);
  }
}
