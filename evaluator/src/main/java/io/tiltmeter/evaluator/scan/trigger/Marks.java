package io.tiltmeter.evaluator.scan.trigger;

import java.io.Serializable;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * For every line, whether its answer belongs to a class that is costly to tell: a bit each, kept in
 * pieces, so that who reads the end of a long file needs no bits for its beginning.
 */
final class Marks implements Serializable {
  /** The costly classes. */
  static final List<AnswerClass> KINDS =
      List.of(AnswerClass.REFUSAL, AnswerClass.AGREEMENT, AnswerClass.HARM, AnswerClass.SAFETY);

  /** Logarithm of how many lines a piece has. */
  private static final int BITS = 16;

  private static final int PLACE = (1 << BITS) - 1;

  private final Map<AnswerClass, Map<Long, BitSet>> pieces = new EnumMap<>(AnswerClass.class);

  void set(AnswerClass kind, long line) {
    of(kind).computeIfAbsent(line >>> BITS, _ -> new BitSet()).set((int) (line & PLACE));
  }

  boolean has(AnswerClass kind, long line) {
    BitSet piece = pieces.getOrDefault(kind, Map.of()).get(line >>> BITS);
    return piece != null && piece.get((int) (line & PLACE));
  }

  void add(Marks other) {
    other.pieces.forEach(
        (kind, theirs) ->
            theirs.forEach(
                (number, piece) -> of(kind).computeIfAbsent(number, _ -> new BitSet()).or(piece)));
  }

  private Map<Long, BitSet> of(AnswerClass kind) {
    return pieces.computeIfAbsent(kind, _ -> new HashMap<>());
  }
}
