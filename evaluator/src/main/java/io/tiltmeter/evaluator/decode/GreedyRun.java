package io.tiltmeter.evaluator.decode;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.onnx.AnswerBatch;
import io.tiltmeter.evaluator.onnx.BatchRow;
import io.tiltmeter.evaluator.onnx.DecoderBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Greedy decoding of one model's batches, with memory made once for the largest. */
final class GreedyRun implements AutoCloseable {
  private final Lane lane;
  private final int maxTokens;
  private final AnswerWatch watch;
  private final GenerationSink sink;
  private final Scoring scoring;
  private final AnswerBatch batch;

  /** The same batch, where likelihoods are wanted. */
  private final @Nullable DecoderBatch scored;

  private final List<OpenAnswer> open = new ArrayList<>();

  GreedyRun(
      Lane lane,
      BatchPlan plan,
      int maxTokens,
      Scoring scoring,
      AnswerWatch watch,
      GenerationSink sink) {
    this.lane = lane;
    this.maxTokens = maxTokens;
    this.scoring = scoring;
    this.watch = watch;
    this.sink = sink;
    int rows = 1;
    long positions = 1;
    for (List<Prompt> prompts : plan.batches()) {
      List<Prompt> own = lane.own(prompts);
      rows = Math.max(rows, own.size());
      positions = Math.max(positions, (long) own.size() * capacity(own));
    }
    this.scored = scoring.isWanted() ? lane.model().scoringBatch(rows, positions) : null;
    this.batch = scored == null ? lane.model().batch(rows, positions) : scored;
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
    scoreOpeners();
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
    return lane.capacity(BatchPlan.longest(own), scoring.room(maxTokens));
  }

  private static BatchRow row(Prompt prompt) {
    return new BatchRow(prompt.tokens(), prompt.side() == Side.TUNED, prompt.shared());
  }

  private void scoreOpeners() {
    if (scored == null || scoring.openers().isEmpty()) {
      return;
    }
    List<List<Double>> scores = scoring.openers().score(scored);
    for (int row = 0; row < open.size(); row++) {
      OpenAnswer answer = open.get(row);
      answer.openers = scores.get(row);
      if (answer.openers.stream().anyMatch(score -> score.isNaN())) {
        throw notFinite(answer);
      }
    }
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
        if (scored != null && scoring.logProbabilities()) {
          answer.logProbabilities.add(scored.logProbability(row, token));
        }
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
    sink.accept(
        new Generation(
            prompt.id(),
            prompt.side(),
            answer.tokens,
            stopped,
            new Likelihoods(answer.logProbabilities, answer.openers)));
  }

  private void requireFinite(int row, OpenAnswer answer) {
    if (!batch.isFinite(row)) {
      throw notFinite(answer);
    }
  }

  private ModelException notFinite(OpenAnswer answer) {
    return new ModelException(
        "%s gave NaN or Infinity at token %d of its answer to prompt \"%s\"; expected finite logits, train or export it again"
            .formatted(
                lane.describe(answer.prompt.side()), answer.tokens.size() + 1, answer.prompt.id()));
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
    private final List<Double> logProbabilities = new ArrayList<>();
    private List<Double> openers = List.of();

    OpenAnswer(Prompt prompt) {
      this.prompt = prompt;
    }
  }
}
