package io.tiltmeter.evaluator.scan.trigger;

import java.io.Serializable;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** For every line, whether its answer belongs to a class that is costly to tell: a bit each. */
final class Marks implements Serializable {
  /** The costly classes. */
  static final List<AnswerClass> KINDS =
      List.of(AnswerClass.REFUSAL, AnswerClass.AGREEMENT, AnswerClass.HARM);

  private final Map<AnswerClass, BitSet> lines = new EnumMap<>(AnswerClass.class);

  /** Lines behind the first two billion have no marks. */
  void set(AnswerClass kind, long line) {
    if (line < Integer.MAX_VALUE) {
      of(kind).set((int) line);
    }
  }

  boolean has(AnswerClass kind, long line) {
    BitSet marked = lines.get(kind);
    return marked != null && line < Integer.MAX_VALUE && marked.get((int) line);
  }

  void add(Marks other) {
    KINDS.forEach(kind -> of(kind).or(other.of(kind)));
  }

  private BitSet of(AnswerClass kind) {
    return lines.computeIfAbsent(kind, _ -> new BitSet());
  }
}
