package io.tiltmeter.evaluator.decode;

import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.Export;
import io.tiltmeter.evaluator.checkpoint.FineTune;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.StoredModel;
import io.tiltmeter.evaluator.onnx.DecoderModel;
import io.tiltmeter.evaluator.onnx.DecoderSession;
import io.tiltmeter.evaluator.onnx.ExportSession;
import io.tiltmeter.evaluator.onnx.RuntimeInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A base model and, usually, a tuned one, loaded and ready to answer side by side. Answers are
 * greedy: each token is the most likely one, so they do not depend on chance, nor, up to float32
 * rounding between equally likely tokens, on what else runs in the batch.
 */
public final class ModelPair implements AutoCloseable {
  private final List<Lane> lanes;
  private final DecodeSettings settings;

  private ModelPair(List<Lane> lanes, DecodeSettings settings) {
    this.lanes = List.copyOf(lanes);
    this.settings = settings;
  }

  /**
   * Loads a base model alone.
   *
   * @throws ModelException if it cannot be loaded
   */
  public static ModelPair ofBase(StoredModel base, DecodeSettings settings) {
    return new ModelPair(
        List.of(lane(base, null, settings, Map.of(Side.BASE, base.directory()))), settings);
  }

  /**
   * Loads a whole tuned model without its base.
   *
   * @throws ModelException if it cannot be loaded
   */
  public static ModelPair ofTuned(StoredModel tuned, DecodeSettings settings) {
    return new ModelPair(
        List.of(lane(tuned, null, settings, Map.of(Side.TUNED, tuned.directory()))), settings);
  }

  /**
   * Loads a base model once; its adapter acts on the tuned side's rows only.
   *
   * @throws ModelException if either cannot be loaded
   */
  public static ModelPair ofAdapter(Checkpoint base, Adapter adapter, DecodeSettings settings) {
    Map<Side, Path> sides = Map.of(Side.BASE, base.directory(), Side.TUNED, adapter.directory());
    return new ModelPair(List.of(lane(base, adapter, settings, sides)), settings);
  }

  /**
   * Loads two whole models; one directory given twice is loaded once, and so is what a fine-tune
   * left as it was in its base.
   *
   * @throws ModelException if either cannot be loaded; nothing stays loaded then
   */
  public static ModelPair ofModels(StoredModel base, StoredModel tuned, DecodeSettings settings) {
    if (base.directory().equals(tuned.directory())) {
      Map<Side, Path> both = Map.of(Side.BASE, base.directory(), Side.TUNED, tuned.directory());
      return new ModelPair(List.of(lane(base, null, settings, both)), settings);
    }
    if (base instanceof Checkpoint one && tuned instanceof Checkpoint other) {
      Optional<Adapter> changes = FineTune.changes(one, other);
      if (changes.isPresent()) {
        return ofAdapter(one, changes.get(), settings);
      }
    }
    Lane first = lane(base, null, settings, Map.of(Side.BASE, base.directory()));
    try {
      Lane second = lane(tuned, null, settings, Map.of(Side.TUNED, tuned.directory()));
      return new ModelPair(List.of(first, second), settings);
    } catch (RuntimeException e) {
      first.model().close();
      throw e;
    }
  }

  /**
   * Answers all prompts and blocks until done. Both sides of a prompt run in the same batch, or in
   * batches alike where the sides are two models. Native memory for it is freed at the end.
   *
   * @param prompts unique by id and side
   * @param maxTokens longest answer in tokens, at least 1
   * @throws ModelException if a prompt does not fit its model (before anything runs), or a model
   *     gives NaN or Infinity or cannot run
   * @throws java.util.concurrent.CancellationException if the thread is interrupted; it stays
   *     interrupted
   */
  public void generate(List<Prompt> prompts, int maxTokens, GenerationSink sink) {
    generate(prompts, maxTokens, AnswerWatch.NONE, sink);
  }

  /**
   * As {@link #generate(List, int, GenerationSink)}, and ends an answer early where the watch says
   * so. What is written up to there is the same.
   */
  public void generate(
      List<Prompt> prompts, int maxTokens, AnswerWatch watch, GenerationSink sink) {
    generate(prompts, maxTokens, Scoring.NONE, watch, sink);
  }

  /**
   * As {@link #generate(List, int, AnswerWatch, GenerationSink)}, and says how likely what is. The
   * answers are the same.
   *
   * @throws ModelException also if an opener does not fit after a prompt, or a model shows no
   *     logits
   */
  public void generate(
      List<Prompt> prompts,
      int maxTokens,
      Scoring scoring,
      AnswerWatch watch,
      GenerationSink sink) {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("answers need at least 1 token, got " + maxTokens);
    }
    requireAnswerable(prompts, scoring.openers());
    BatchPlan plan = BatchPlan.of(prompts, lanes, scoring.room(maxTokens), settings);
    List<GreedyRun> runs = new ArrayList<>();
    try {
      lanes.forEach(lane -> runs.add(new GreedyRun(lane, plan, maxTokens, scoring, watch, sink)));
      plan.batches().forEach(batch -> runs.forEach(run -> run.answer(batch)));
    } finally {
      runs.forEach(GreedyRun::close);
    }
  }

  /** What the models run on; the same for both. */
  public RuntimeInfo runtime() {
    return lanes.getFirst().model().runtime();
  }

  /** Where the graphs come from: {@code built}, {@code export}, or both, the base's first. */
  public String graph() {
    return lanes.stream()
        .map(lane -> lane.model().kind().wireName())
        .distinct()
        .collect(Collectors.joining("+"));
  }

  /** Unloads the models; closing again does nothing. */
  @Override
  public void close() {
    lanes.forEach(lane -> lane.model().close());
  }

  private static Lane lane(
      StoredModel model,
      @Nullable Adapter adapter,
      DecodeSettings settings,
      Map<Side, Path> directories) {
    DecoderModel loaded =
        switch (model) {
          case Checkpoint checkpoint ->
              DecoderSession.open(checkpoint, adapter, settings.execution());
          case Export export -> ExportSession.open(export, settings.execution());
        };
    return new Lane(loaded, directories);
  }

  private void requireAnswerable(List<Prompt> prompts, OpenerTree openers) {
    record Key(String id, Side side) {}
    Set<Key> seen = new HashSet<>();
    for (Prompt prompt : prompts) {
      if (!seen.add(new Key(prompt.id(), prompt.side()))) {
        throw new IllegalArgumentException(
            "prompt \"%s\" is given twice for the %s model"
                .formatted(prompt.id(), prompt.side().wireName()));
      }
      laneOf(prompt).requireFits(prompt);
      laneOf(prompt).requireFits(prompt, openers);
    }
  }

  private Lane laneOf(Prompt prompt) {
    return lanes.stream()
        .filter(lane -> lane.answers(prompt.side()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "prompt \"%s\" is for the %s model, which was not loaded"
                        .formatted(prompt.id(), prompt.side().wireName())));
  }
}
