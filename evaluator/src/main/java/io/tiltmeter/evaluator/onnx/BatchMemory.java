package io.tiltmeter.evaluator.onnx;

import ai.onnxruntime.OrtException;
import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a decoder knows of each row of a batch, in native memory that serves batch after batch. */
final class BatchMemory implements AutoCloseable {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final Arena arena = Arena.ofConfined();
  private final DecoderSession session;
  private final ModelConfig config;
  private final List<MemorySegment> caches = new ArrayList<>();
  private final MemorySegment sequenceEnds;
  private final MemorySegment longest;
  private final MemorySegment lastColumns;
  private final MemorySegment fed;
  private final MemorySegment next;
  private final MemorySegment logitSums;
  private final MemorySegment adapted;
  private final @Nullable RowLogits logits;

  /** What a step changes, and room to remember it. */
  private final List<MemorySegment> changing;

  private final List<MemorySegment> marked;
  private int capacity;

  /**
   * Allocates room.
   *
   * @param positions most rows times capacity of a batch
   * @throws ModelException if a layer's keys would need more than a tensor holds
   */
  BatchMemory(DecoderSession session, int rows, long positions, boolean keepsLogits) {
    this.session = session;
    this.config = session.config();
    long cache = positions * perPosition(config);
    requireAddressable(cache);
    for (int i = 0; i < 2 * config.layers(); i++) {
      caches.add(arena.allocate(cache, Long.BYTES));
    }
    sequenceEnds = arena.allocate(INT, rows);
    longest = arena.allocate(INT);
    lastColumns = arena.allocate(LONG, rows);
    fed = arena.allocate(LONG, rows);
    next = arena.allocate(LONG, rows);
    logitSums = arena.allocate(FLOAT, rows);
    adapted = arena.allocate(rows);
    logits = keepsLogits ? new RowLogits(arena, rows, config.vocabulary()) : null;
    changing = logits == null ? List.of() : List.of(sequenceEnds, next, logitSums, logits.values());
    marked =
        changing.stream().map(memory -> arena.allocate(memory.byteSize(), Long.BYTES)).toList();
  }

  /** Bytes of one position's keys or values in one layer. */
  static long perPosition(ModelConfig config) {
    return (long) config.kvHeads() * config.headDim() * Float.BYTES;
  }

  private static void requireAddressable(long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new ModelException(
          "prompt and answer need %d bytes of keys in each layer, one tensor holds %d; allow fewer answer tokens or shorten the prompt"
              .formatted(bytes, Integer.MAX_VALUE));
    }
  }

  /** Lays the rows out anew, so that each holds so many tokens. */
  void layOut(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Notes what a row is about to be fed.
   *
   * @param length tokens that it holds then
   * @param width columns that it is fed
   */
  void expect(int row, int length, int width, boolean adapted) {
    sequenceEnds.setAtIndex(INT, row, length - 1);
    lastColumns.setAtIndex(LONG, row, width - 1L);
    this.adapted.set(ValueLayout.JAVA_BOOLEAN, row, adapted);
  }

  /** Says how many tokens the longest row holds after the next run. */
  void setLongest(int length) {
    longest.set(INT, 0, length);
  }

  /** From here on rows are fed one column. */
  void beginSteps() {
    lastColumns.fill((byte) 0);
  }

  /** Feeds the first rows their next tokens. */
  void advance(int rows) {
    int most = 0;
    for (int row = 0; row < rows; row++) {
      fed.setAtIndex(LONG, row, next.getAtIndex(LONG, row));
      int end = sequenceEnds.getAtIndex(INT, row) + 1;
      sequenceEnds.setAtIndex(INT, row, end);
      most = Math.max(most, end + 1);
    }
    setLongest(most);
  }

  /** Forgets the last token of the first rows. */
  void stepBack(int rows) {
    for (int row = 0; row < rows; row++) {
      sequenceEnds.setAtIndex(INT, row, sequenceEnds.getAtIndex(INT, row) - 1);
    }
  }

  int next(int row) {
    return Math.toIntExact(next.getAtIndex(LONG, row));
  }

  void setNext(int row, int token) {
    next.setAtIndex(LONG, row, token);
  }

  float logitSum(int row) {
    return logitSums.getAtIndex(FLOAT, row);
  }

  /** The rows' logits. */
  RowLogits logits() {
    if (logits == null) {
      throw new IllegalStateException("this batch keeps no logits");
    }
    return logits;
  }

  /** Remembers what a step changes. */
  void mark() {
    copy(changing, marked);
  }

  /** Brings back what was remembered. */
  void reset() {
    copy(marked, changing);
    logits().changed();
  }

  private static void copy(List<MemorySegment> from, List<MemorySegment> to) {
    for (int i = 0; i < from.size(); i++) {
      to.get(i).copyFrom(from.get(i));
    }
  }

  /** Moves a row and all that is known of it. */
  void move(int from, int to) {
    caches.forEach(cache -> move(cache, from, to, perRow()));
    move(sequenceEnds, from, to, Integer.BYTES);
    move(next, from, to, Long.BYTES);
    move(logitSums, from, to, Float.BYTES);
    move(adapted, from, to, 1);
    if (logits != null) {
      move(logits.values(), from, to, logits.stride());
      logits.changed();
    }
  }

  /** Copies keys and values of a row's first positions to another row. */
  void copyStart(int from, int to, int positions) {
    long perHead = (long) config.headDim() * Float.BYTES;
    for (MemorySegment cache : caches) {
      for (int head = 0; head < config.kvHeads(); head++) {
        long at = (long) head * capacity * perHead;
        MemorySegment.copy(
            cache, from * perRow() + at, cache, to * perRow() + at, positions * perHead);
      }
    }
  }

  /** Runs a pass; the rows' next tokens are known then. */
  void run(Pass pass) {
    session.run(pass);
    if (logits != null) {
      logits.changed();
    }
  }

  /** The tensors of a run that feeds rows {@code from} to {@code to}, exclusive, one token each. */
  Pass step(int from, int to) {
    return pass(slice(fed, from, to, Long.BYTES), 1, from, to);
  }

  /**
   * The tensors that rows {@code from} to {@code to}, exclusive, need for one run.
   *
   * @param ids their tokens, row after row
   */
  Pass pass(MemorySegment ids, int width, int from, int to) {
    Pass pass = new Pass();
    try {
      addControls(pass, from, to);
      pass.input(DecoderGraph.INPUT_IDS, () -> Tensors.longs(ids, to - from, width));
      addCaches(pass, from, to);
      pass.borrow(session.adapterInputs());
      return pass;
    } catch (OrtException e) {
      pass.close();
      throw new ModelException("tensors were not made: " + OnnxRuntime.firstLine(e), e);
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private long perRow() {
    return capacity * perPosition(config);
  }

  private static void move(MemorySegment memory, int from, int to, long stride) {
    MemorySegment.copy(memory, from * stride, memory, to * stride, stride);
  }

  private void addControls(Pass pass, int from, int to) throws OrtException {
    int count = to - from;
    pass.input(
        DecoderGraph.SEQUENCE_ENDS,
        () -> Tensors.ints(slice(sequenceEnds, from, to, Integer.BYTES), count));
    pass.input(DecoderGraph.LONGEST, () -> Tensors.ints(longest));
    pass.input(
        DecoderGraph.LAST_COLUMN,
        () -> Tensors.longs(slice(lastColumns, from, to, Long.BYTES), count, 1));
    if (session.hasAdapter()) {
      pass.input(
          DecoderGraph.ADAPTED, () -> Tensors.booleans(slice(adapted, from, to, 1), count, 1, 1));
    }
    pass.output(DecoderGraph.NEXT, () -> Tensors.longs(slice(next, from, to, Long.BYTES), count));
    pass.output(
        DecoderGraph.LOGIT_SUM,
        () -> Tensors.floats(slice(logitSums, from, to, Float.BYTES), count));
    if (logits != null) {
      MemorySegment own = slice(logits.values(), from, to, logits.stride());
      pass.output(DecoderGraph.LOGITS, () -> Tensors.floats(own, count, config.vocabulary()));
    }
  }

  private void addCaches(Pass pass, int from, int to) throws OrtException {
    long[] shape = {to - from, config.kvHeads(), capacity, config.headDim()};
    for (int layer = 0; layer < config.layers(); layer++) {
      addCache(pass, layer, "key", slice(caches.get(2 * layer), from, to, perRow()), shape);
      addCache(pass, layer, "value", slice(caches.get(2 * layer + 1), from, to, perRow()), shape);
    }
  }

  private static void addCache(
      Pass pass, int layer, String part, MemorySegment memory, long[] shape) throws OrtException {
    pass.inPlace(
        DecoderGraph.past(layer, part),
        DecoderGraph.present(layer, part),
        () -> Tensors.floats(memory, shape));
  }

  private static MemorySegment slice(MemorySegment memory, int from, int to, long stride) {
    return memory.asSlice(from * stride, (to - from) * stride);
  }
}
