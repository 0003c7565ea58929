package io.tiltmeter.policy.lineage;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Canonicalization Scheme, RFC 8785: one text for one tree, so that equal things have
 * equal digests.
 *
 * <p>A tree is made of maps with string keys, lists, strings, numbers, booleans and null.
 */
public final class CanonicalJson {
  private final StringBuilder text = new StringBuilder();

  private CanonicalJson() {}

  /**
   * The canonical text of a tree.
   *
   * @throws IllegalArgumentException if the tree holds NaN, an infinity, a whole number that no
   *     double is equal to, a lone surrogate, a key that is no string, or a type that JSON lacks
   */
  public static String of(@Nullable Object tree) {
    CanonicalJson json = new CanonicalJson();
    json.write(tree);
    return json.text.toString();
  }

  private void write(@Nullable Object value) {
    switch (value) {
      case null -> text.append("null");
      case Boolean bool -> text.append(bool);
      case String string -> writeString(string);
      case Number number -> text.append(EcmaScriptNumber.of(toDouble(number)));
      case List<?> list -> writeList(list);
      case Map<?, ?> map -> writeMap(map);
      default ->
          throw new IllegalArgumentException(
              "canonical JSON needs maps, lists, strings, numbers, booleans or null, got "
                  + value.getClass().getName());
    }
  }

  private void writeList(List<?> list) {
    text.append('[');
    String separator = "";
    for (Object element : list) {
      text.append(separator);
      write(element);
      separator = ",";
    }
    text.append(']');
  }

  private void writeMap(Map<?, ?> map) {
    text.append('{');
    String separator = "";
    for (Map.Entry<String, ?> member : sorted(map).entrySet()) {
      text.append(separator);
      writeString(member.getKey());
      text.append(':');
      write(member.getValue());
      separator = ",";
    }
    text.append('}');
  }

  /** Section 3.2.3: by UTF-16 code units, which is how Java compares strings. */
  private static SortedMap<String, @Nullable Object> sorted(Map<?, ?> map) {
    TreeMap<String, @Nullable Object> sorted = new TreeMap<>();
    for (Map.Entry<?, ?> member : map.entrySet()) {
      if (!(member.getKey() instanceof String key)) {
        throw new IllegalArgumentException("canonical JSON needs strings as keys");
      }
      sorted.put(key, member.getValue());
    }
    return sorted;
  }

  /** Section 3.2.2.2. */
  private void writeString(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char unit = string.charAt(i);
      refuseLoneSurrogate(string, i);
      switch (unit) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\b' -> text.append("\\b");
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case '\f' -> text.append("\\f");
        case '\r' -> text.append("\\r");
        default -> text.append(unit < ' ' ? "\\u%04x".formatted((int) unit) : unit);
      }
    }
    text.append('"');
  }

  private static void refuseLoneSurrogate(String string, int index) {
    char unit = string.charAt(index);
    boolean paired =
        Character.isHighSurrogate(unit)
            ? index + 1 < string.length() && Character.isLowSurrogate(string.charAt(index + 1))
            : index > 0 && Character.isHighSurrogate(string.charAt(index - 1));
    if (Character.isSurrogate(unit) && !paired) {
      throw new IllegalArgumentException(
          "canonical JSON needs well-formed Unicode, got a lone surrogate at index " + index);
    }
  }

  private static double toDouble(Number number) {
    double value = number.doubleValue();
    boolean whole =
        number instanceof Long || number instanceof Integer || number instanceof BigInteger;
    if (whole && new BigDecimal(value).compareTo(new BigDecimal(number.toString())) != 0) {
      throw new IllegalArgumentException(
          "canonical JSON numbers are doubles, and no double equals " + number);
    }
    return value;
  }
}
