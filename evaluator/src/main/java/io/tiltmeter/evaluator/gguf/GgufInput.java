package io.tiltmeter.evaluator.gguf;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Little-endian numbers and texts from the start of a file on. Every length is compared with what
 * is left before anything is read or allocated.
 */
final class GgufInput {
  /** All metadata and tensor infos; those of large models take about 20 MiB. */
  private static final long MAX_HEADER = 128L << 20;

  private static final int MAX_TEXT = 4 << 20;
  private static final int MAX_SHOWN = 40;
  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final FileChannel channel;
  private final long end;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  private long filled;

  GgufInput(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.end = Math.min(channel.size(), MAX_HEADER);
    buffer.limit(0);
  }

  /** Bytes read so far. */
  long position() {
    return filled - buffer.remaining();
  }

  int u8(String what) {
    return Byte.toUnsignedInt(next(Byte.BYTES, what).get());
  }

  int i16(String what) {
    return next(Short.BYTES, what).getShort();
  }

  /** 32 bits, as signed. */
  int i32(String what) {
    return next(Integer.BYTES, what).getInt();
  }

  /** 64 bits, as signed. */
  long i64(String what) {
    return next(Long.BYTES, what).getLong();
  }

  /** A count, 64 bits, from 0 to {@code most}. */
  long count(long most, String what) {
    long count = i64(what);
    if (count < 0 || count > most) {
      throw damaged(what, "at most " + most, Long.toUnsignedString(count));
    }
    return count;
  }

  String text(String what) {
    return text(MAX_TEXT, what);
  }

  /** A text of at most {@code most} bytes of UTF-8. */
  String text(int most, String what) {
    int length = (int) count(most, what + ": length");
    byte[] bytes = new byte[(int) atMostLeft(length, what)];
    for (int at = 0; at < length; ) {
      fill(1, what);
      int part = Math.min(length - at, buffer.remaining());
      buffer.get(bytes, at, part);
      at += part;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ModelException(
          "%s: %s: expected UTF-8, found other bytes; fetch or convert the file again"
              .formatted(file, what),
          e);
    }
  }

  /** Steps over {@code bytes}. */
  void skip(long bytes, String what) {
    long left = atMostLeft(bytes, what);
    while (left > 0) {
      fill(1, what);
      int part = (int) Math.min(left, buffer.remaining());
      buffer.position(buffer.position() + part);
      left -= part;
    }
  }

  /** The number itself, if so many bytes are left. */
  long atMostLeft(long bytes, String what) {
    long left = end - position();
    if (bytes > left) {
      String limit = end == MAX_HEADER ? " of the %d that metadata may take".formatted(end) : "";
      throw damaged(what, bytes + " bytes", "%d left%s".formatted(left, limit));
    }
    return bytes;
  }

  private ByteBuffer next(int bytes, String what) {
    atMostLeft(bytes, what);
    fill(bytes, what);
    return buffer;
  }

  private void fill(int bytes, String what) {
    try {
      while (buffer.remaining() < bytes) {
        buffer.compact();
        int read = channel.read(buffer, filled);
        buffer.flip();
        if (read < 0) {
          throw damaged(what, bytes + " bytes", "the end of the file");
        }
        filled += read;
      }
    } catch (IOException e) {
      throw new ModelException("%s: cannot be read".formatted(file), e);
    }
  }

  /** For a file that breaks the format. */
  ModelException damaged(String what, String expected, String found) {
    return damaged(file, what, expected, found);
  }

  static ModelException damaged(Path file, String what, String expected, String found) {
    return new ModelException(
        "%s: %s: expected %s, found %s; fetch or convert the file again"
            .formatted(file, what, expected, found));
  }

  /** A text from the file for a message: short, quoted and on one line. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder("\"");
    text.codePoints()
        .limit(MAX_SHOWN)
        .map(c -> Character.isISOControl(c) || !Character.isDefined(c) ? '\uFFFD' : c)
        .map(c -> Character.getType(c) == Character.FORMAT ? '\uFFFD' : c)
        .forEach(shown::appendCodePoint);
    return shown
        .append(text.codePointCount(0, text.length()) > MAX_SHOWN ? "…\"" : "\"")
        .toString();
  }
}
