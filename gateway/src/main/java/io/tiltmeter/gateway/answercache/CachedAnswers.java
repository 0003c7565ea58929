package io.tiltmeter.gateway.answercache;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.probe.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The base's answers from disk where they are there, everything else from the models. What the
 * tuned model answers is never kept. Not thread-safe.
 */
public final class CachedAnswers implements AnswerSource, AutoCloseable {
  private final AnswerFile file;
  private final AnswerSource models;
  private int hits;
  private int misses;

  private CachedAnswers(AnswerFile file, AnswerSource models) {
    this.file = file;
    this.models = models;
  }

  /**
   * Opens a cache; the caller closes it, and the models.
   *
   * @param folder made if it is not there
   * @throws CacheException if it cannot be read or made
   */
  public static CachedAnswers open(Path folder, AnswerSetting setting, AnswerSource models) {
    return new CachedAnswers(AnswerFile.open(folder, setting), models);
  }

  /** Answers that came from disk. */
  public int hits() {
    return hits;
  }

  /** Answers of the base that the model had to give. */
  public int misses() {
    return misses;
  }

  @Override
  public void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    List<Ask> missing = new ArrayList<>();
    Map<String, Digest> questions = new HashMap<>();
    for (Ask ask : asks) {
      if (ask.side() != Side.BASE) {
        missing.add(ask);
        continue;
      }
      Digest question = question(ask, maxTokens);
      file.find(question)
          .ifPresentOrElse(
              kept -> {
                hits++;
                sink.accept(
                    new Answer(ask.id(), Side.BASE, kept.tokens(), kept.text(), kept.stopped()));
              },
              () -> {
                missing.add(ask);
                questions.put(ask.id(), question);
              });
    }
    misses += questions.size();
    models.answer(
        missing,
        maxTokens,
        answer -> {
          Digest question = answer.side() == Side.BASE ? questions.get(answer.id()) : null;
          if (question != null) {
            file.keep(
                new AnswerFile.Kept(
                    question.toString(), answer.tokens(), answer.text(), answer.stopped()));
          }
          sink.accept(answer);
        });
  }

  private record Question(int maxTokens, @Nullable List<Message> chat, @Nullable String raw) {
    static Question of(Ask ask, int maxTokens) {
      return switch (ask.input()) {
        case Ask.Input.Chat(List<Message> messages) -> new Question(maxTokens, messages, null);
        case Ask.Input.Raw(String text) -> new Question(maxTokens, null, text);
      };
    }
  }

  /** By what is asked, not by its name: the same question in another pack is the same. */
  private static Digest question(Ask ask, int maxTokens) {
    return Digest.of(AnswerFile.JSON.writeValueAsBytes(Question.of(ask, maxTokens)));
  }

  @Override
  public void close() {
    file.close();
  }
}
