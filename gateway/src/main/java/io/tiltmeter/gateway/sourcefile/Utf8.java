package io.tiltmeter.gateway.sourcefile;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Strict decoding of UTF-8 (RFC 3629) that reports where the bytes are wrong and goes on. */
final class Utf8 {
  private static final char REPLACEMENT = '\uFFFD';
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final byte[] bytes;
  private final Issues issues;
  private int line;
  private int lineStart;
  private int counted;
  private int reportedLine;

  private Utf8(byte[] bytes, int firstLine, Issues issues) {
    this.bytes = bytes;
    this.issues = issues;
    this.line = firstLine;
  }

  /**
   * The text of these bytes, without a leading byte order mark; wrong bytes become U+FFFD.
   *
   * <p>Every line that holds wrong bytes is reported once, at the first; the column counts bytes.
   */
  static String decode(byte[] bytes, int firstLine, Issues issues) {
    String text = new Utf8(bytes, firstLine, issues).decode();
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private String decode() {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    // UTF-8 never has more UTF-16 units than bytes, so this never overflows.
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(in, out, true);
    while (result.isError()) {
      report(in.position());
      in.position(in.position() + result.length());
      out.put(REPLACEMENT);
      result = decoder.decode(in, out, true);
    }
    return out.flip().toString();
  }

  private void report(int offset) {
    for (; counted < offset; counted++) {
      if (bytes[counted] == '\n') {
        line++;
        lineStart = counted + 1;
      }
    }
    if (line != reportedLine) {
      reportedLine = line;
      issues.add(
          new Place(line, offset - lineStart + 1),
          "not UTF-8: unexpected byte 0x%02x (the column counts bytes); save the file as UTF-8"
              .formatted(bytes[offset] & 0xff));
    }
  }
}
