package io.tiltmeter.evaluator.decode;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.onnx.AnswerBatch;
import io.tiltmeter.evaluator.onnx.BatchRow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Greedy decoding of one model's batches, with memory made once for the largest. */
final class GreedyRun implements AutoCloseable {
  private final Lane lane;
  private final int maxTokens;
  private final AnswerWatch watch;
  private final GenerationSink sink;
  private final AnswerBatch batch;
  private final List<OpenAnswer> open = new ArrayList<>();

  GreedyRun(Lane lane, BatchPlan plan, int maxTokens, AnswerWatch watch, GenerationSink sink) {
    this.lane = lane;
    this.maxTokens = maxTokens;
    this.watch = watch;
    this.sink = sink;
    int rows = 1;
    long positions = 1;
    for (List<Prompt> prompts : plan.batches()) {
      List<Prompt> own = lane.own(prompts);
      rows = Math.max(rows, own.size());
      positions = Math.max(positions, (long) own.size() * capacity(own));
    }
    this.batch = lane.model().batch(rows, positions);
  }

  /** Answers those prompts of a batch that are for this model. */
  void answer(List<Prompt> prompts) {
    List<Prompt> own = lane.own(prompts);
    if (own.isEmpty()) {
      return;
    }
    open.clear();
    own.forEach(prompt -> open.add(new OpenAnswer(prompt)));
    stopIfInterrupted();
    batch.start(own.stream().map(GreedyRun::row).toList(), capacity(own));
    takeTokens();
    while (batch.rows() > 0) {
      stopIfInterrupted();
      batch.step();
      takeTokens();
    }
  }

  @Override
  public void close() {
    batch.close();
  }

  private int capacity(List<Prompt> own) {
    return lane.capacity(BatchPlan.longest(own), maxTokens);
  }

  private static BatchRow row(Prompt prompt) {
    return new BatchRow(prompt.tokens(), prompt.side() == Side.TUNED);
  }

  /** From the last row down, because a removed row's number goes to the last one. */
  private void takeTokens() {
    for (int row = batch.rows() - 1; row >= 0; row--) {
      OpenAnswer answer = open.get(row);
      requireFinite(row, answer);
      int token = batch.next(row);
      if (lane.config().eosTokenIds().contains(token)) {
        end(row, Stopped.EOS);
      } else {
        answer.tokens.add(token);
        if (answer.tokens.size() == lane.answerLimit(answer.prompt, maxTokens)) {
          end(row, Stopped.LENGTH);
        } else if (isLookedAt(answer) && watch.isEnough(answer.prompt, answer.tokens)) {
          end(row, Stopped.DECIDED);
        }
      }
    }
  }

  private boolean isLookedAt(OpenAnswer answer) {
    int beyond = answer.tokens.size() - AnswerWatch.firstLook(maxTokens);
    return beyond >= 0 && beyond % AnswerWatch.LOOK_EVERY == 0;
  }

  private void end(int row, Stopped stopped) {
    OpenAnswer answer = open.get(row);
    batch.remove(row);
    OpenAnswer last = open.removeLast();
    if (row < open.size()) {
      open.set(row, last);
    }
    Prompt prompt = answer.prompt;
    sink.accept(new Generation(prompt.id(), prompt.side(), answer.tokens, stopped));
  }

  private void requireFinite(int row, OpenAnswer answer) {
    if (!batch.isFinite(row)) {
      throw new ModelException(
          "%s gave NaN or Infinity at token %d of its answer to prompt \"%s\"; expected finite logits, train or export it again"
              .formatted(
                  lane.describe(answer.prompt.side()),
                  answer.tokens.size() + 1,
                  answer.prompt.id()));
    }
  }

  private static void stopIfInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("generation was interrupted");
    }
  }

  /** An answer that still grows. */
  private static final class OpenAnswer {
    private final Prompt prompt;
    private final List<Integer> tokens = new ArrayList<>();

    OpenAnswer(Prompt prompt) {
      this.prompt = prompt;
    }
  }
}
