package io.tiltmeter.evaluator.scan;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Decodes lines from UTF-8 (RFC 3629) and says where they are not. */
final class RowText {
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);

  /** The text of the first bytes. */
  sealed interface Decoded {
    record Text(String text) implements Decoded {}

    /** The bytes are not UTF-8 at this place, counted from 1. */
    record Broken(int at) implements Decoded {}
  }

  Decoded decode(byte[] bytes, int length) {
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, length);
    CharBuffer out = CharBuffer.allocate(length);
    CoderResult result = decoder.reset().decode(in, out, true);
    if (!result.isUnderflow()) {
      return new Decoded.Broken(in.position() + 1);
    }
    return new Decoded.Text(out.flip().toString());
  }
}
