package io.tiltmeter.evaluator.onnx;

import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sequences that grow together, one token a step, in native memory that is allocated once and
 * serves batch after batch. Used by the thread that made it.
 *
 * <p>Rows are numbered from 0 without gaps. Each writes keys and values at its own positions, so
 * sequences of different lengths need no padding after the prompt.
 *
 * <p>A row's logits are the same bits in any batch: the runtime adds up products of one row alone
 * in another order than those of several, so a row that is alone has its own copy beside it. A row
 * with a long beginning that others share is always read in two parts, the beginning and the rest,
 * each by itself; rows that begin alike copy the first part.
 */
public final class DecoderBatch implements AnswerBatch {
  /** Tokens of one prefill run; more gain no speed, and pad short prompts to longer ones. */
  private static final int PREFILL_TOKENS = 1024;

  /** Fewest rows, and fewest columns of a prefill run. */
  private static final int FEWEST = 2;

  /** Shorter beginnings are read faster again, with many rows in one run, than copied. */
  private static final int WORTH_SHARING = 64;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final BatchMemory memory;
  private int rows;
  private @Nullable Pass step;
  private int stepRows;

  /**
   * Allocates room.
   *
   * @param maxRows most rows of a batch
   * @param positions most rows times capacity of a batch; see {@link #mostPositions}
   * @param keepsLogits whether more than the likeliest token is asked for
   * @throws io.tiltmeter.evaluator.checkpoint.ModelException if a layer's keys would need more than
   *     a tensor holds
   */
  DecoderBatch(DecoderSession session, int maxRows, long positions, boolean keepsLogits) {
    int room = Math.max(FEWEST, maxRows);
    this.memory = new BatchMemory(session, room, positions * room / maxRows, keepsLogits);
  }

  /**
   * Most positions that fit a budget; a tensor holds at most 2 GiB.
   *
   * @param bytes for keys and values of all layers
   */
  public static long mostPositions(ModelConfig config, long bytes) {
    long perTensor = Math.min(bytes / (2L * config.layers()), Integer.MAX_VALUE);
    return perTensor / BatchMemory.perPosition(config);
  }

  @Override
  public void start(List<BatchRow> batch, int capacity) {
    endStep();
    this.rows = batch.size();
    memory.layOut(capacity);
    List<BatchRow> prompts = rows < FEWEST ? Collections.nCopies(FEWEST, batch.getFirst()) : batch;
    for (int from = 0; from < prompts.size(); ) {
      int to = chunkEnd(prompts, from);
      if (to > from) {
        // One that is left over is read with a neighbour, which comes out as it was or is read
        // again below.
        int first = Math.max(0, Math.min(from, to - FEWEST));
        prefill(prompts, first, Math.max(to, first + FEWEST));
      }
      from = Math.max(to, from + 1);
    }
    prefillShared(prompts);
    memory.beginSteps();
  }

  @Override
  public void step() {
    memory.advance(computedRows());
    memory.run(stepPass());
  }

  /**
   * The natural logarithm of a token's probability as the next one of a row; NaN if a logit is not
   * finite. Of no meaning between {@link #stepBack} and the next step.
   *
   * @param token from 0 to the vocabulary's size less 1
   * @throws IllegalStateException if the batch keeps no logits
   */
  public double logProbability(int row, int token) {
    return memory.logits().logProbability(row, token);
  }

  /** Feeds every row the same token and finds the one after. */
  public void stepWith(int token) {
    for (int row = 0; row < computedRows(); row++) {
      memory.setNext(row, token);
    }
    step();
  }

  /** Forgets the token that each row was fed last. */
  public void stepBack() {
    memory.stepBack(computedRows());
  }

  /**
   * Remembers where the rows of a batch with logits are, in place of what was remembered before.
   */
  public void mark() {
    memory.mark();
  }

  /** Goes back to the mark, before which nothing was forgotten and no row dropped. */
  public void reset() {
    memory.reset();
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int next(int row) {
    return memory.next(row);
  }

  @Override
  public boolean isFinite(int row) {
    return Float.isFinite(memory.logitSum(row));
  }

  @Override
  public void remove(int row) {
    int last = rows - 1;
    if (row != last) {
      memory.move(last, row);
    }
    rows = last;
    if (rows > 0 && rows < FEWEST) {
      memory.move(0, 1);
    }
  }

  @Override
  public void close() {
    endStep();
    memory.close();
  }

  private static boolean isShared(BatchRow row) {
    return row.shared() >= WORTH_SHARING;
  }

  /**
   * Where rows end that are read whole and together with the one at {@code from}; there, if that is
   * none of them.
   */
  private static int chunkEnd(List<BatchRow> batch, int from) {
    int to = from;
    int width = 0;
    while (to < batch.size() && !isShared(batch.get(to))) {
      width = Math.max(width, batch.get(to).tokens().size());
      if (to >= from + FEWEST && (long) width * (to + 1 - from) > PREFILL_TOKENS) {
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
    for (int row = from; row < to; row++) {
      int length = batch.get(row).tokens().size();
      memory.expect(row, length, length, batch.get(row).adapted());
    }
    read(batch.subList(from, to).stream().map(BatchRow::tokens).toList(), width, width, from);
  }

  /** Each row by itself, so that none depends on which rows share its beginning. */
  private void prefillShared(List<BatchRow> batch) {
    record Beginning(List<Integer> tokens, boolean adapted) {}
    Map<Beginning, Integer> read = new HashMap<>();
    for (int row = 0; row < batch.size(); row++) {
      BatchRow prompt = batch.get(row);
      if (isShared(prompt)) {
        int shared = Math.min(prompt.shared(), prompt.tokens().size() - FEWEST);
        List<Integer> beginning = prompt.tokens().subList(0, shared);
        Integer first = read.putIfAbsent(new Beginning(beginning, prompt.adapted()), row);
        if (first == null) {
          readAlone(row, prompt, 0, shared);
        } else {
          memory.copyStart(first, row, shared);
        }
        readAlone(row, prompt, shared, prompt.tokens().size());
      }
    }
  }

  /** Reads the tokens of one prompt from one place to another, exclusive. */
  private void readAlone(int row, BatchRow prompt, int from, int to) {
    memory.expect(row, to, to - from, prompt.adapted());
    read(List.of(prompt.tokens().subList(from, to)), to - from, to, row);
  }

  /**
   * Feeds sequences of tokens, padded on the right.
   *
   * @param width columns
   * @param longest tokens that the longest row holds afterwards
   * @param from row of the first
   */
  private void read(List<List<Integer>> sequences, int width, int longest, int from) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment ids = scratch.allocate(LONG, (long) width * sequences.size());
      for (int row = 0; row < sequences.size(); row++) {
        List<Integer> tokens = sequences.get(row);
        for (int i = 0; i < tokens.size(); i++) {
          ids.setAtIndex(LONG, (long) row * width + i, tokens.get(i));
        }
      }
      memory.setLongest(longest);
      try (Pass pass = memory.pass(ids, width, from, from + sequences.size())) {
        memory.run(pass);
      }
    }
  }

  private Pass stepPass() {
    int computed = computedRows();
    if (step == null || stepRows != computed) {
      endStep();
      step = memory.step(0, computed);
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
}
