package io.tiltmeter.gateway.answercache;

import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What base models answered, kept in the database for every job on the same base.
 *
 * <p>An answer that cannot be read or kept is asked of the base again; that never fails a job.
 * Thread-safe: two that ask the same at once both ask the base, and one of the answers, which are
 * equal, stays.
 */
public final class BaseAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(BaseAnswers.class);

  private final Database database;
  private final BaseAnswerStore store;
  private final long mostBytes;
  private final Observer observer;
  private final Map<Run, RuntimeFacts> runtimes = new ConcurrentHashMap<>();

  /**
   * @param mostBytes above it, answers that were of no use for longest are removed
   */
  public BaseAnswers(Database database, BaseAnswerStore store, long mostBytes, Observer observer) {
    this.database = database;
    this.store = store;
    this.mostBytes = mostBytes;
    this.observer = observer;
  }

  /** Hears how often kept answers were of use; for metrics. */
  @FunctionalInterface
  public interface Observer {

    /** Answers were looked for: some were there, the others the base had to give. */
    void looked(int hits, int misses);
  }

  /** A base that is run in some way. */
  public record Run(Digest base, Execution execution) {}

  /** What a base ran on when it last ran in that way; the way alone does not tell its provider. */
  public Optional<RuntimeFacts> runtime(Run run) {
    return Optional.ofNullable(runtimes.get(run));
  }

  /**
   * Notes what a base runs on now.
   *
   * @return what it ran on before, if it did
   */
  public Optional<RuntimeFacts> runsOn(Run run, RuntimeFacts facts) {
    return Optional.ofNullable(runtimes.put(run, facts));
  }

  /**
   * Whose answers are looked for.
   *
   * @param base its files
   * @param probes what may be kept; a question that is none of these may hold a customer's text
   * @param batch rows of one forward pass
   */
  public record Subject(Manifest base, Set<Ask.Input> probes, RuntimeFacts runtime, int batch) {
    public Subject {
      probes = Set.copyOf(probes);
    }
  }

  /**
   * Answers what a base is asked; blocks.
   *
   * @param asks all for the base's side
   * @param base the base in a process in which no tuned model runs
   * @return how many of them the base was asked
   * @throws io.tiltmeter.evaluator.runner.RunnerException if the base could not answer what is not
   *     kept; what it answered until then stays
   */
  public int answer(
      Subject subject, AnswerSource base, List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    Optional<AnswerSetting> setting = setting(subject);
    if (setting.isEmpty()) {
      base.answer(asks, maxTokens, sink);
      return asks.size();
    }
    KeptAnswers kept = new DatabaseAnswers(database, store, mostBytes, setting.get().digest());
    try (CachedAnswers cached =
        CachedAnswers.over(kept, ask -> subject.probes().contains(ask.input()), base)) {
      try {
        cached.answer(asks, maxTokens, sink);
        return asks.size() - cached.hits();
      } finally {
        observer.looked(cached.hits(), cached.misses());
      }
    }
  }

  private static Optional<AnswerSetting> setting(Subject subject) {
    try {
      return Optional.of(AnswerSetting.of(subject.base(), subject.runtime(), subject.batch()));
    } catch (CacheException e) {
      LOG.warn("kept answers of a base are left out, it answers anew: {}", e.getMessage());
      return Optional.empty();
    }
  }
}
