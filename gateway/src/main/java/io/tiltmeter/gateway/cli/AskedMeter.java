package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.run.EvaluationListener;
import io.tiltmeter.evaluator.run.EvaluationPlan;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Counts what models write and says what a run costs: before it starts, and better as it goes. */
final class AskedMeter implements AnswerSource, EvaluationListener {
  /** Answers after which the first estimate is worth something. */
  private static final int WARM = 32;

  private final AnswerSource models;
  private final Talk talk;
  private final Talk.Stage stage;
  private final long started = System.nanoTime();
  private long tokens;
  private boolean estimated;

  private AskedMeter(AnswerSource models, Talk talk) {
    this.models = models;
    this.talk = talk;
    this.stage = talk.stage("answers");
  }

  /** Announces a run and starts counting. */
  static AskedMeter start(EvaluationPlan plan, AnswerSource models, Talk talk) {
    int prompts = plan.prompts();
    talk.say(
        "%,d prompts to each of two models, at most %,d new tokens%s"
            .formatted(
                prompts,
                2L * prompts * plan.maxTokens(),
                plan.savings().stopsWhenBlocked() ? "; a certain block ends it sooner" : ""));
    return new AskedMeter(models, talk);
  }

  @Override
  public void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    models.answer(
        asks,
        maxTokens,
        answer -> {
          tokens += answer.length();
          sink.accept(answer);
        });
  }

  @Override
  public void answered(int answered, int total) {
    double seconds = (System.nanoTime() - started) / 1e9;
    if (!estimated && answered >= WARM) {
      estimated = true;
      talk.say(
          "estimate after %d answers: %s for the whole run, %,d tokens"
              .formatted(
                  answered,
                  span(Duration.ofMillis((long) (1000 * seconds * total / answered))),
                  tokens * total / answered));
    }
    stage.at(answered, total, ", %,.0f tokens/s".formatted(tokens / Math.max(seconds, 1e-3)));
  }

  void done() {
    stage.done();
  }

  private static String span(Duration time) {
    return time.toMinutes() < 2
        ? time.toSeconds() + " s"
        : "%d min %02d s".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
