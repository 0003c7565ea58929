package io.tiltmeter.gateway.answercache;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.probe.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The base's answers from where they are kept, and from the base itself where they are not. Takes
 * no question to a tuned model, so that what one answers is never kept. Not thread-safe.
 */
public final class CachedAnswers implements AnswerSource, AutoCloseable {
  private final KeptAnswers kept;
  private final Predicate<Ask> isKept;
  private final AnswerSource base;
  private int hits;
  private int misses;

  private CachedAnswers(KeptAnswers kept, Predicate<Ask> isKept, AnswerSource base) {
    this.kept = kept;
    this.isKept = isKept;
    this.base = base;
  }

  /**
   * Opens a cache on disk; the caller closes it, and the base.
   *
   * @param folder made if it is not there
   * @param base a process in which no tuned model runs: whatever answers there, others will get
   * @throws CacheException if it cannot be read or made
   */
  public static CachedAnswers onDisk(Path folder, AnswerSetting setting, AnswerSource base) {
    return new CachedAnswers(AnswerFile.open(folder, setting), _ -> true, base);
  }

  static CachedAnswers over(KeptAnswers kept, Predicate<Ask> isKept, AnswerSource base) {
    return new CachedAnswers(kept, isKept, base);
  }

  /** Answers that were there. */
  public int hits() {
    return hits;
  }

  /** Answers that were looked for, and that the base had to give. */
  public int misses() {
    return misses;
  }

  /**
   * Answers what was never asked before, then all the rest: nothing that was kept is handed over
   * until the base has shown that it can run.
   *
   * @throws IllegalArgumentException if a question is for a tuned model
   */
  @Override
  public void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    Map<String, String> questions = questions(asks, maxTokens);
    Map<String, KeptAnswer> found = kept.find(Set.copyOf(questions.values()));
    List<Ask> missing = new ArrayList<>();
    List<Answer> there = new ArrayList<>();
    for (Ask ask : asks) {
      KeptAnswer answer = found.get(questions.get(ask.id()));
      if (answer == null) {
        missing.add(ask);
      } else {
        there.add(answer.toAnswer(ask.id()));
      }
    }
    hits += there.size();
    misses += questions.size() - there.size();
    base.answer(
        missing, maxTokens, answer -> sink.accept(kept(questions.get(answer.id()), answer)));
    there.forEach(sink);
  }

  private Answer kept(@Nullable String question, Answer answer) {
    if (question != null) {
      kept.keep(KeptAnswer.of(question, answer));
    }
    return answer;
  }

  /** What may be kept of these, by the name of each. */
  private Map<String, String> questions(List<Ask> asks, int maxTokens) {
    Map<String, String> questions = new LinkedHashMap<>();
    for (Ask ask : asks) {
      if (ask.side() != Side.BASE) {
        throw new IllegalArgumentException(
            "only a base's answers are kept, got question \"%s\" to a tuned model"
                .formatted(ask.id()));
      }
      if (isKept.test(ask)) {
        questions.put(ask.id(), question(ask, maxTokens));
      }
    }
    return questions;
  }

  private record Question(
      int maxTokens, boolean mayEndDecided, @Nullable List<Message> chat, @Nullable String raw) {
    static Question of(Ask ask, int maxTokens) {
      return switch (ask.input()) {
        case Ask.Input.Chat(List<Message> messages) ->
            new Question(maxTokens, ask.mayEndDecided(), messages, null);
        case Ask.Input.Raw(String text) -> new Question(maxTokens, ask.mayEndDecided(), null, text);
      };
    }
  }

  /** By what is asked, not by its name: the same question in another pack is the same. */
  private static String question(Ask ask, int maxTokens) {
    return Digest.of(AnswerFile.JSON.writeValueAsBytes(Question.of(ask, maxTokens))).toString();
  }

  @Override
  public void close() {
    kept.close();
  }
}
