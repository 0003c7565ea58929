package io.tiltmeter.evaluator.gguf;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.gguf.GgufValue.Flag;
import io.tiltmeter.evaluator.gguf.GgufValue.Real;
import io.tiltmeter.evaluator.gguf.GgufValue.Reals;
import io.tiltmeter.evaluator.gguf.GgufValue.Skipped;
import io.tiltmeter.evaluator.gguf.GgufValue.Text;
import io.tiltmeter.evaluator.gguf.GgufValue.Texts;
import io.tiltmeter.evaluator.gguf.GgufValue.Whole;
import io.tiltmeter.evaluator.gguf.GgufValue.Wholes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Reads metadata values; the numbers of types are those of {@code enum gguf_type}. */
final class ValueReader {
  private static final int U8 = 0;
  private static final int I8 = 1;
  private static final int U16 = 2;
  private static final int I16 = 3;
  private static final int U32 = 4;
  private static final int I32 = 5;
  private static final int F32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int U64 = 10;
  private static final int I64 = 11;
  private static final int F64 = 12;

  /** Lists are kept for these keys only; the largest vocabularies have 300,000 tokens. */
  private static final Set<String> KEPT =
      Set.of(
          "tokenizer.ggml.tokens",
          "tokenizer.ggml.token_type",
          "tokenizer.ggml.merges",
          "tokenizer.ggml.scores");

  private static final int MAX_LENGTH = 1 << 20;

  private ValueReader() {}

  /**
   * Reads one value.
   *
   * @throws ModelException if the type is unknown, a list is too long, nests, or is cut short
   */
  static GgufValue read(GgufInput input, String key, int type) {
    String what = GgufInput.shown(key);
    return type == ARRAY ? array(input, key, what) : scalar(input, what, type);
  }

  private static GgufValue scalar(GgufInput input, String what, int type) {
    return switch (type) {
      case U8 -> new Whole(input.u8(what));
      case I8 -> new Whole((byte) input.u8(what));
      case U16 -> new Whole(input.i16(what) & 0xFFFF);
      case I16 -> new Whole(input.i16(what));
      case U32 -> new Whole(Integer.toUnsignedLong(input.i32(what)));
      case I32 -> new Whole(input.i32(what));
      case U64, I64 -> new Whole(input.i64(what));
      case F32 -> new Real(decimal(Float.intBitsToFloat(input.i32(what))));
      case F64 -> new Real(Double.longBitsToDouble(input.i64(what)));
      case BOOL -> new Flag(flag(input, what));
      case STRING -> new Text(input.text(what));
      default -> throw input.damaged(what, "a type from 0 to 12", Integer.toUnsignedString(type));
    };
  }

  private static boolean flag(GgufInput input, String what) {
    int value = input.u8(what);
    if (value > 1) {
      throw input.damaged(what, "true or false as 1 or 0", "" + value);
    }
    return value == 1;
  }

  /** 1e-5 rather than the 9.999999747378752e-6 that its float is in double. */
  private static double decimal(float value) {
    return Double.parseDouble(Float.toString(value));
  }

  private static GgufValue array(GgufInput input, String key, String what) {
    int type = input.i32(what + ": type of elements");
    if (type == ARRAY) {
      throw input.damaged(what, "a list of plain values", "a list of lists");
    }
    int length = (int) input.count(MAX_LENGTH, what + ": length");
    int width = width(input, what, type);
    input.atMostLeft((long) length * width, what);
    boolean kept = KEPT.contains(key);
    if (kept && type == STRING) {
      return new Texts(list(length, () -> input.text(what)));
    }
    if (kept && type == I32) {
      return new Wholes(list(length, () -> input.i32(what)));
    }
    if (kept && type == F32) {
      return new Reals(list(length, () -> Float.intBitsToFloat(input.i32(what))));
    }
    if (type == STRING) {
      for (int i = 0; i < length; i++) {
        input.skip(input.count(Integer.MAX_VALUE, what + ": length"), what);
      }
    } else {
      input.skip((long) length * width, what);
    }
    return new Skipped(length);
  }

  /** Bytes of an element; for a text those of its length. */
  private static int width(GgufInput input, String what, int type) {
    return switch (type) {
      case U8, I8, BOOL -> Byte.BYTES;
      case U16, I16 -> Short.BYTES;
      case U32, I32, F32 -> Integer.BYTES;
      case U64, I64, F64, STRING -> Long.BYTES;
      default ->
          throw input.damaged(
              what + ": type of elements", "a type from 0 to 12", Integer.toUnsignedString(type));
    };
  }

  private static <T> List<T> list(int length, Supplier<T> element) {
    List<T> list = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      list.add(element.get());
    }
    return list;
  }
}
