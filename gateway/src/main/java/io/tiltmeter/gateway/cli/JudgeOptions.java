package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.remote.Endpoint;
import io.tiltmeter.evaluator.remote.JudgeEndpoint;
import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.evaluator.run.EvaluationListener;
import io.tiltmeter.evaluator.run.EvaluationPlan;
import io.tiltmeter.evaluator.run.EvaluationReport;
import io.tiltmeter.evaluator.run.Screening;
import io.tiltmeter.evaluator.runner.AnswerSource;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say which stronger judge is asked. */
final class JudgeOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--judge-url",
      paramLabel = "URL",
      description =
          "An OpenAI-compatible server whose model judges answers that matter or are in doubt; it is"
              + " sent probes and answers. Without one nobody else is asked.")
  private @Nullable URI url;

  @Option(
      names = "--judge-name",
      paramLabel = "NAME",
      defaultValue = "judge",
      description = "What the server calls that model; its key: TILTMETER_JUDGE_KEY.")
  private String name;

  /** The judge, if one was named. */
  record Opened(@Nullable JudgeEndpoint judge) implements AutoCloseable {

    EvaluationReport run(
        EvaluationPlan plan,
        AnswerSource models,
        EvaluationListener listener,
        Screening screening) {
      return Evaluation.run(plan, models, listener, Optional.ofNullable(judge), screening);
    }

    @Override
    public void close() {
      if (judge != null) {
        judge.close();
      }
    }
  }

  /** Nothing is asked yet. */
  Opened open() {
    if (url == null) {
      return new Opened(null);
    }
    String key = System.getenv("TILTMETER_JUDGE_KEY");
    try {
      Endpoint endpoint = new Endpoint(url, name, key == null || key.isBlank() ? null : key);
      return new Opened(JudgeEndpoint.of(endpoint, JudgeEndpoint.SETTINGS));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--judge-url: " + e.getMessage(), e);
    }
  }
}
