package io.tiltmeter.evaluator.scan.cipher;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Finds text behind encodings with an alphabet of their own, by decoding it and asking language
 * models about the outcome. What does not decode to text (hashes, keys, pictures) is left alone.
 * For one thread.
 */
final class Encodings {
  /** Most characters of a turn that are looked at. */
  static final int REACH = 1 << 14;

  private static final int SHORTEST_RUN = 16;
  private static final int FEWEST_GROUPS = 10;
  private static final int MOST_GROUPS = 4096;

  private final Plain plain = new Plain();
  private final GroupCodes groups = new GroupCodes(plain);
  private final int[] starts = new int[MOST_GROUPS];
  private final int[] ends = new int[MOST_GROUPS];
  private int count;
  private int covered;
  private @Nullable Codec codec;

  /**
   * Reads a turn.
   *
   * @return the encoding that covers most of it; null for none
   */
  @Nullable Codec read(String text) {
    codec = null;
    covered = 0;
    plain.clear();
    int end = Math.min(text.length(), REACH);
    readRuns(text, end);
    readGroups(text, end);
    return codec;
  }

  /** Characters of the turn that the encoding covers. */
  int covered() {
    return covered;
  }

  /** What was decoded, all stretches of it. */
  String plain() {
    return plain.kept();
  }

  private void found(@Nullable Codec found, int characters) {
    if (found != null) {
      codec = found;
      covered += characters;
    }
  }

  private void readRuns(String text, int end) {
    int start = 0;
    for (int i = 0; i <= end; i++) {
      if (i == end || !isOfRun(text.charAt(i))) {
        if (i - start >= SHORTEST_RUN) {
          found(decodeRun(text, start, i), i - start);
        }
        start = i + 1;
      }
    }
  }

  private static boolean isOfRun(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '+'
        || c == '/'
        || c == '-'
        || c == '_';
  }

  private @Nullable Codec decodeRun(String text, int from, int end) {
    Alphabet alphabet = Alphabet.of(text, from, end);
    return switch (alphabet) {
      case BINARY -> groups.bits(text, from, end) ? Codec.BINARY : null;
      case HEX -> groups.hex(text, from, end) ? Codec.HEX : null;
      case BASE32 ->
          base32(text, from, end)
              ? Codec.BASE32
              : base64(text.substring(from, end)) ? Codec.BASE64 : null;
      case BASE64 -> base64(text.substring(from, end)) ? Codec.BASE64 : null;
      case WORDS -> null;
    };
  }

  /** Whether a run is text in base64, or in base64 of base64. */
  private boolean base64(String run) {
    byte[] bytes = bytes(run);
    if (isText(bytes)) {
      return true;
    }
    String inner = new String(bytes, StandardCharsets.ISO_8859_1).strip();
    return inner.length() >= SHORTEST_RUN
        && Alphabet.of(inner, 0, inner.length()) == Alphabet.BASE64
        && isText(bytes(inner));
  }

  /** What a run stands for; nothing where it is no base64. */
  private static byte[] bytes(String run) {
    String standard = run.replace('-', '+').replace('_', '/');
    int end = standard.indexOf('=');
    standard = end < 0 ? standard : standard.substring(0, end);
    int whole = standard.length() % 4 == 1 ? standard.length() - 1 : standard.length();
    try {
      return Base64.getDecoder().decode(standard.substring(0, whole));
    } catch (IllegalArgumentException e) {
      // Not the bits of whole bytes: no base64 after all.
      return new byte[0];
    }
  }

  private boolean isText(byte[] bytes) {
    plain.begin();
    for (byte one : bytes) {
      plain.add(one & 0xff);
    }
    return plain.isText();
  }

  private boolean base32(String text, int from, int end) {
    plain.begin();
    int buffer = 0;
    int bits = 0;
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      buffer = (buffer << 5 | (c >= 'A' ? c - 'A' : c - '2' + 26)) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        plain.add(buffer >> bits & 0xff);
      }
    }
    return plain.isText();
  }

  /** Groups of letters and digits that could all be numbers, with little between them. */
  private void readGroups(String text, int end) {
    count = 0;
    int start = -1;
    int last = 0;
    for (int i = 0; i <= end; i++) {
      boolean inside = i < end && isGroupCharacter(text.charAt(i));
      if (inside && start < 0) {
        if (i - last > 4 || count == MOST_GROUPS) {
          endGroups(text);
        }
        start = i;
      } else if (!inside && start >= 0) {
        addGroup(text, start, i);
        start = -1;
        last = i;
      }
    }
    endGroups(text);
  }

  private static boolean isGroupCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private void addGroup(String text, int from, int end) {
    int start = from;
    if (end - from > 2 && (text.charAt(from + 1) | 0x20) == 'x' && text.charAt(from) == '0') {
      start = from + 2;
    } else if (end - from == 3 && (text.charAt(from) | 0x20) == 'x') {
      start = from + 1;
    }
    boolean number = end - start <= 8;
    for (int i = start; i < end; i++) {
      number &= Character.digit(text.charAt(i), 16) >= 0;
    }
    if (number) {
      starts[count] = start;
      ends[count++] = end;
    } else {
      endGroups(text);
    }
  }

  private void endGroups(String text) {
    if (count >= FEWEST_GROUPS) {
      found(groups.decode(text, starts, ends, count), ends[count - 1] - starts[0]);
    }
    count = 0;
  }
}
