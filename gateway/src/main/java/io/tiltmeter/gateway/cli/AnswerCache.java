package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.remote.EachSide;
import io.tiltmeter.evaluator.run.LayoutCheck;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.InGroups;
import io.tiltmeter.evaluator.runner.LazyRunner;
import io.tiltmeter.evaluator.runner.ModelRunner;
import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;
import io.tiltmeter.evaluator.runner.PairSource;
import io.tiltmeter.evaluator.runner.RunnerException;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.gateway.answercache.AnswerSetting;
import io.tiltmeter.gateway.answercache.CachedAnswers;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where answers come from: from the models, or the base's through a cache before it. */
final class AnswerCache implements AutoCloseable {
  private final AnswerSource models;
  private final AnswerSource otherLayout;
  private final @Nullable Opened opened;

  /** The two layouts of a base that is asked in a process of its own. */
  private record Opened(LazyRunner base, CachedAnswers batches, CachedAnswers groups) {}

  private AnswerCache(AnswerSource models, AnswerSource otherLayout, @Nullable Opened opened) {
    this.models = models;
    this.otherLayout = otherLayout;
    this.opened = opened;
  }

  /** How the cache was used, in answers of the base. */
  record Use(int hits, int misses) {}

  /**
   * Puts a cache before the base of a pair, which is asked in a process of its own.
   *
   * @param folder of the cache; null for none
   * @throws CommandException if the models are not both here: nobody knows then what may have
   *     changed since
   */
  static AnswerCache of(AskedPair pair, @Nullable Path folder, RunnerSettings settings) {
    int together = LayoutCheck.together(settings.batch());
    if (folder == null) {
      return new AnswerCache(pair.models(), new InGroups(pair.models(), together), null);
    }
    PairSource source = pair.source();
    if (source == null) {
      throw new CommandException(
          "--cache keeps answers of models that run here, found one on a server; leave it out");
    }
    RuntimeFacts facts = pair.runtime();
    LazyRunner base = new LazyRunner(() -> start(source.base(), facts, settings));
    CachedAnswers batches =
        CachedAnswers.onDisk(
            folder, AnswerSetting.of(source.base(), facts, settings.batch()), base);
    CachedAnswers groups =
        CachedAnswers.onDisk(
            folder, AnswerSetting.of(source.base(), facts, together), new InGroups(base, together));
    return new AnswerCache(
        EachSide.of(batches, pair.models()), groups, new Opened(base, batches, groups));
  }

  private static ModelRunner start(Path base, RuntimeFacts tuned, RunnerSettings settings) {
    ModelRunner runner = ModelRunner.start(new PairSource.BaseOnly(base), settings);
    if (!runner.runtime().computesLike(tuned)) {
      runner.close();
      throw new RunnerException(
          "the tuned model runs on %s, its base on %s; name one with --provider"
              .formatted(tuned.provider(), runner.runtime().provider()));
    }
    return runner;
  }

  /** Asks both sides. */
  AnswerSource models() {
    return models;
  }

  /** Asks the base alone, each answer in a batch of its own. */
  AnswerSource otherLayout() {
    return otherLayout;
  }

  @Nullable Use use() {
    return opened == null
        ? null
        : new Use(
            opened.batches().hits() + opened.groups().hits(),
            opened.batches().misses() + opened.groups().misses());
  }

  @Override
  public void close() {
    if (opened != null) {
      try (CachedAnswers _ = opened.batches();
          CachedAnswers _ = opened.groups()) {
        opened.base().close();
      }
    }
  }
}
