package io.tiltmeter.evaluator.onnx;

import ai.onnxruntime.OrtException;
import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sequences that grow together, one token a step, in native memory that is allocated once and
 * serves batch after batch. Used by the thread that made it.
 *
 * <p>Rows are numbered from 0 without gaps. Each writes keys and values at its own positions, so
 * sequences of different lengths need no padding after the prompt.
 *
 * <p>A row's logits are the same bits in any batch: the runtime adds up products of one row alone
 * in another order than those of several, so a row that is alone has its own copy beside it.
 */
public final class DecoderBatch implements ScoringBatch {
  /** Tokens of one prefill run; more gain no speed and cost memory for attention scores. */
  private static final int PREFILL_TOKENS = 4096;

  /** Fewest rows, and fewest columns of a prefill run. */
  private static final int FEWEST = 2;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

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
  private int rows;
  private int capacity;
  private @Nullable Pass step;
  private int stepRows;

  /**
   * Allocates room.
   *
   * @param maxRows most rows of a batch
   * @param positions most rows times capacity of a batch; see {@link #mostPositions}
   * @param keepsLogits whether more than the likeliest token is asked for
   * @throws ModelException if a layer's keys would need more than a tensor holds
   */
  DecoderBatch(DecoderSession session, int maxRows, long positions, boolean keepsLogits) {
    this.session = session;
    this.config = session.config();
    int room = Math.max(FEWEST, maxRows);
    long cache = positions * room / maxRows * cachePerPosition(config);
    requireAddressable(cache);
    for (int i = 0; i < 2 * config.layers(); i++) {
      caches.add(arena.allocate(cache, Long.BYTES));
    }
    sequenceEnds = arena.allocate(INT, room);
    longest = arena.allocate(INT);
    lastColumns = arena.allocate(LONG, room);
    fed = arena.allocate(LONG, room);
    next = arena.allocate(LONG, room);
    logitSums = arena.allocate(ValueLayout.JAVA_FLOAT, room);
    adapted = arena.allocate(room);
    logits = keepsLogits ? new RowLogits(arena, room, config.vocabulary()) : null;
    changing = logits == null ? List.of() : List.of(sequenceEnds, next, logitSums, logits.values());
    marked =
        changing.stream().map(memory -> arena.allocate(memory.byteSize(), Long.BYTES)).toList();
  }

  /**
   * Most positions that fit a budget; a tensor holds at most 2 GiB.
   *
   * @param bytes for keys and values of all layers
   */
  public static long mostPositions(ModelConfig config, long bytes) {
    long perTensor = Math.min(bytes / (2L * config.layers()), Integer.MAX_VALUE);
    return perTensor / cachePerPosition(config);
  }

  @Override
  public void start(List<BatchRow> batch, int capacity) {
    endStep();
    this.rows = batch.size();
    this.capacity = capacity;
    List<BatchRow> prompts = rows < FEWEST ? Collections.nCopies(FEWEST, batch.getFirst()) : batch;
    for (int from = 0, to; from < prompts.size(); from = to) {
      to = chunkEnd(prompts, from);
      // One that is left over is read with the row before, which comes out as it was.
      prefill(prompts, Math.min(from, to - FEWEST), to);
    }
    lastColumns.fill((byte) 0);
  }

  @Override
  public void step() {
    int most = 0;
    for (int row = 0; row < computedRows(); row++) {
      fed.setAtIndex(LONG, row, next.getAtIndex(LONG, row));
      int end = sequenceEnds.getAtIndex(INT, row) + 1;
      sequenceEnds.setAtIndex(INT, row, end);
      most = Math.max(most, end + 1);
    }
    longest.set(INT, 0, most);
    run(stepPass());
  }

  @Override
  public double logProbability(int row, int token) {
    return keptLogits().logProbability(row, token);
  }

  @Override
  public void stepWith(int token) {
    for (int row = 0; row < computedRows(); row++) {
      next.setAtIndex(LONG, row, token);
    }
    step();
  }

  @Override
  public void stepBack() {
    for (int row = 0; row < computedRows(); row++) {
      sequenceEnds.setAtIndex(INT, row, sequenceEnds.getAtIndex(INT, row) - 1);
    }
  }

  @Override
  public void mark() {
    for (int i = 0; i < changing.size(); i++) {
      marked.get(i).copyFrom(changing.get(i));
    }
  }

  @Override
  public void reset() {
    for (int i = 0; i < changing.size(); i++) {
      changing.get(i).copyFrom(marked.get(i));
    }
    keptLogits().changed();
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int next(int row) {
    return Math.toIntExact(next.getAtIndex(LONG, row));
  }

  @Override
  public boolean isFinite(int row) {
    return Float.isFinite(logitSums.getAtIndex(ValueLayout.JAVA_FLOAT, row));
  }

  @Override
  public void remove(int row) {
    int last = rows - 1;
    if (row != last) {
      moveRow(last, row);
    }
    rows = last;
    if (rows > 0 && rows < FEWEST) {
      moveRow(0, 1);
    }
  }

  @Override
  public void close() {
    endStep();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private static void requireAddressable(long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new ModelException(
          "prompt and answer need %d bytes of keys in each layer, one tensor holds %d; allow fewer answer tokens or shorten the prompt"
              .formatted(bytes, Integer.MAX_VALUE));
    }
  }

  private static long cachePerPosition(ModelConfig config) {
    return (long) config.kvHeads() * config.headDim() * Float.BYTES;
  }

  private long cachePerRow() {
    return capacity * cachePerPosition(config);
  }

  private static int chunkEnd(List<BatchRow> batch, int from) {
    int to = Math.min(batch.size(), from + FEWEST);
    int width = 0;
    for (BatchRow row : batch.subList(from, to)) {
      width = Math.max(width, row.tokens().size());
    }
    while (to < batch.size()) {
      width = Math.max(width, batch.get(to).tokens().size());
      if ((long) width * (to + 1 - from) > PREFILL_TOKENS) {
        break;
      }
      to++;
    }
    return to;
  }

  private void prefill(List<BatchRow> batch, int from, int to) {
    int width = FEWEST;
    for (BatchRow row : batch.subList(from, to)) {
      width = Math.max(width, row.tokens().size());
    }
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment ids = scratch.allocate(LONG, (long) width * (to - from));
      for (int row = from; row < to; row++) {
        fill(batch.get(row), row, ids.asSlice((long) (row - from) * width * Long.BYTES));
      }
      longest.set(INT, 0, width);
      try (Pass pass = pass(ids, width, from, to)) {
        run(pass);
      }
    }
  }

  private void fill(BatchRow prompt, int row, MemorySegment ids) {
    int length = prompt.tokens().size();
    for (int i = 0; i < length; i++) {
      ids.setAtIndex(LONG, i, prompt.tokens().get(i));
    }
    sequenceEnds.setAtIndex(INT, row, length - 1);
    lastColumns.setAtIndex(LONG, row, length - 1);
    adapted.set(ValueLayout.JAVA_BOOLEAN, row, prompt.adapted());
  }

  private void run(Pass pass) {
    session.run(pass);
    if (logits != null) {
      logits.changed();
    }
  }

  private RowLogits keptLogits() {
    if (logits == null) {
      throw new IllegalStateException("this batch keeps no logits");
    }
    return logits;
  }

  private Pass stepPass() {
    int computed = computedRows();
    if (step == null || stepRows != computed) {
      endStep();
      step = pass(fed.asSlice(0, (long) computed * Long.BYTES), 1, 0, computed);
      stepRows = computed;
    }
    return step;
  }

  private int computedRows() {
    return Math.max(FEWEST, rows);
  }

  private void endStep() {
    if (step != null) {
      step.close();
      step = null;
    }
  }

  private void moveRow(int from, int to) {
    for (MemorySegment cache : caches) {
      move(cache, from, to, cachePerRow());
    }
    move(sequenceEnds, from, to, Integer.BYTES);
    move(next, from, to, Long.BYTES);
    move(logitSums, from, to, Float.BYTES);
    move(adapted, from, to, 1);
    if (logits != null) {
      move(logits.values(), from, to, logits.stride());
      logits.changed();
    }
  }

  private static void move(MemorySegment memory, int from, int to, long stride) {
    MemorySegment.copy(memory, from * stride, memory, to * stride, stride);
  }

  /** The tensors that rows {@code from} to {@code to}, exclusive, need for one run. */
  private Pass pass(MemorySegment ids, int width, int from, int to) {
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
      addCache(pass, layer, "key", slice(caches.get(2 * layer), from, to, cachePerRow()), shape);
      addCache(
          pass, layer, "value", slice(caches.get(2 * layer + 1), from, to, cachePerRow()), shape);
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
