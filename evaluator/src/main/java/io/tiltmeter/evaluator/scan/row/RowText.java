package io.tiltmeter.evaluator.scan.row;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Decodes lines from UTF-8 (RFC 3629) and says what is wrong with them; for one thread. */
public final class RowText {
  private static final char MARK = '\ufeff';

  private final Problems problems;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private CharBuffer out = CharBuffer.allocate(1 << 12);

  /**
   * A decoder.
   *
   * @param problems takes what is wrong
   */
  public RowText(Problems problems) {
    this.problems = problems;
  }

  /**
   * What is wrong with a line that is longer than so many bytes.
   *
   * @param longest without its line end
   */
  public static String tooLong(int longest) {
    return "longer than %d bytes".formatted(longest);
  }

  /** The text of the block's current line; empty where it cannot be read. */
  public Optional<String> read(Block block, int longest) {
    long line = block.number();
    if (block.isTooLong()) {
      problems.add(line, tooLong(longest));
      return Optional.empty();
    }
    if (block.isAscii()) {
      return Optional.of(
          new String(block.bytes(), block.from(), block.size(), StandardCharsets.ISO_8859_1));
    }
    if (out.capacity() < block.size()) {
      out = CharBuffer.allocate(2 * block.size());
    }
    ByteBuffer in = ByteBuffer.wrap(block.bytes(), block.from(), block.size());
    CoderResult result = decoder.reset().decode(in, out.clear(), true);
    if (!result.isUnderflow()) {
      problems.add(line, "not UTF-8 at byte " + (in.position() - block.from() + 1));
      return Optional.empty();
    }
    return Optional.of(withoutMark(line, out.flip().toString()));
  }

  private String withoutMark(long line, String text) {
    if (line > 1 || text.isEmpty() || text.charAt(0) != MARK) {
      return text;
    }
    problems.add(line, "begins with a byte order mark; save the file as UTF-8 without one");
    return text.substring(1);
  }
}
