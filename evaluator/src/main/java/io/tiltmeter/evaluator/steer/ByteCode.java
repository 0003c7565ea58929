package io.tiltmeter.evaluator.steer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The bytes of a text (UTF-8), in another alphabet; in reading, every stretch that is text. */
enum ByteCode implements Writing {
  BASE64("[A-Za-z0-9+/_-]{8,}={0,2}") {
    @Override
    String coded(byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    byte[] bytes(String run) {
      String digits = run.replace("=", "").replace('-', '+').replace('_', '/');
      int whole = digits.length() % 4 == 1 ? digits.length() - 1 : digits.length();
      return Base64.getDecoder().decode(digits.substring(0, whole));
    }
  },
  BASE32("[A-Z2-7]{8,}={0,6}") {
    @Override
    String coded(byte[] bytes) {
      return Base32.coded(bytes);
    }

    @Override
    byte[] bytes(String run) {
      return Base32.bytes(run);
    }
  },
  HEX("(?:[0-9a-fA-F]{2}[ ]?){4,}") {
    @Override
    String coded(byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }

    @Override
    byte[] bytes(String run) {
      return HexFormat.of().parseHex(run.replace(" ", ""));
    }
  },
  BINARY("(?:[01]{8}[ ]?){4,}") {
    @Override
    String coded(byte[] bytes) {
      return numbers(bytes)
          .mapToObj(one -> "%8s".formatted(Integer.toBinaryString(one)).replace(' ', '0'))
          .collect(Collectors.joining(" "));
    }

    @Override
    byte[] bytes(String run) {
      String digits = run.replace(" ", "");
      byte[] bytes = new byte[digits.length() / 8];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) Integer.parseInt(digits.substring(8 * i, 8 * i + 8), 2);
      }
      return bytes;
    }
  },
  /** Decimal numbers. */
  NUMBERS("(?:\\b\\d{2,3}\\b[ ,]*){4,}") {
    @Override
    String coded(byte[] bytes) {
      return numbers(bytes).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }

    @Override
    byte[] bytes(String run) {
      int[] numbers =
          Stream.of(run.strip().split("[ ,]+", 0)).mapToInt(Integer::parseInt).toArray();
      byte[] bytes = new byte[numbers.length];
      for (int i = 0; i < bytes.length; i++) {
        if (numbers[i] > 0xff) {
          throw new IllegalArgumentException("no byte");
        }
        bytes[i] = (byte) numbers[i];
      }
      return bytes;
    }
  };

  private static final int TOLERATED_END = 3;

  private final Pattern run;

  ByteCode(String run) {
    this.run = Pattern.compile(run);
  }

  abstract String coded(byte[] bytes);

  /**
   * @throws IllegalArgumentException if it stands for no bytes
   */
  abstract byte[] bytes(String run);

  private static IntStream numbers(byte[] bytes) {
    return IntStream.range(0, bytes.length).map(i -> bytes[i] & 0xff);
  }

  @Override
  public String write(String plain) {
    return coded(plain.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String read(String coded) {
    return run.matcher(coded).replaceAll(this::decoded);
  }

  private String decoded(MatchResult match) {
    return Matcher.quoteReplacement(text(match.group()));
  }

  /** What a stretch stands for; the stretch itself where that is no text. */
  private String text(String coded) {
    try {
      return utf8(bytes(coded));
    } catch (IllegalArgumentException | CharacterCodingException e) {
      // Letters and digits that are no code: they say what they say.
      return coded;
    }
  }

  /** An answer may have been cut off within a character. */
  private static String utf8(byte[] bytes) throws CharacterCodingException {
    CharacterCodingException last = new CharacterCodingException();
    for (int less = 0; less <= Math.min(TOLERATED_END, bytes.length); less++) {
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(bytes, 0, bytes.length - less))
            .toString();
      } catch (CharacterCodingException e) {
        last = e;
      }
    }
    throw last;
  }
}
