package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.PairSource;
import io.tiltmeter.gateway.answercache.AnswerSetting;
import io.tiltmeter.gateway.answercache.CachedAnswers;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where answers come from: from the models, or through a cache before them.
 *
 * @param cached null where there is no cache
 */
record AnswerCache(AnswerSource models, @Nullable CachedAnswers cached) implements AutoCloseable {

  /** How the cache was used, in answers of the base. */
  record Use(int hits, int misses) {}

  /**
   * Puts a cache before a pair.
   *
   * @param folder of the cache; null for none
   * @throws CommandException if the models are not both here: nobody knows then what may have
   *     changed since
   */
  static AnswerCache of(AskedPair pair, @Nullable Path folder, int batch) {
    if (folder == null) {
      return new AnswerCache(pair.models(), null);
    }
    PairSource source = pair.source();
    if (source == null) {
      throw new CommandException(
          "--cache keeps answers of models that run here, found one on a server; leave it out");
    }
    AnswerSetting setting = AnswerSetting.of(source, pair.runtime(), batch);
    CachedAnswers cached = CachedAnswers.open(folder, setting, pair.models());
    return new AnswerCache(cached, cached);
  }

  @Nullable Use use() {
    return cached == null ? null : new Use(cached.hits(), cached.misses());
  }

  @Override
  public void close() {
    if (cached != null) {
      cached.close();
    }
  }
}
