package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.Outcome;
import io.tiltmeter.dashboards.job.Progress;
import io.tiltmeter.dashboards.job.Stage;
import io.tiltmeter.dashboards.job.StageState;
import io.tiltmeter.dashboards.job.StageStep;
import io.tiltmeter.gateway.evaluation.EvaluationStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The seven stages of one job, with their times. */
final class Stages {
  private final JobRow job;
  private final Optional<EvaluationStore.Progress> answers;
  private final Stage current;

  private Stages(JobRow job, Optional<EvaluationStore.Progress> answers) {
    this.job = job;
    this.answers = answers;
    this.current = Summaries.stage(job);
  }

  static List<StageStep> of(JobRow job, Optional<EvaluationStore.Progress> answers) {
    Stages stages = new Stages(job, answers);
    return Stream.of(Stage.values()).map(stages::step).toList();
  }

  private StageStep step(Stage stage) {
    StageState state = state(stage);
    if (state == StageState.WAITING || state == StageState.SKIPPED) {
      return new StageStep(stage, state, null, null, null);
    }
    return new StageStep(
        stage,
        state,
        started(stage),
        state == StageState.RUNNING ? null : ended(stage),
        state == StageState.RUNNING ? progress(stage) : null);
  }

  private StageState state(Stage stage) {
    int order = stage.compareTo(current);
    if (order < 0) {
      return StageState.DONE;
    }
    if (order > 0) {
      return job.stage().isFinal() ? StageState.SKIPPED : StageState.WAITING;
    }
    return job.outcome() == Outcome.IN_PROGRESS ? atWork() : atRest(job.outcome());
  }

  private StageState atWork() {
    return job.stage() == io.tiltmeter.gateway.job.Stage.QUEUED
        ? StageState.WAITING
        : StageState.RUNNING;
  }

  private static StageState atRest(Outcome outcome) {
    return switch (outcome) {
      case IN_PROGRESS -> StageState.RUNNING;
      case HELD -> StageState.HELD;
      case RELEASED, RELEASED_BY_REVIEW -> StageState.DONE;
      case BLOCKED -> StageState.REFUSED;
      case FAILED -> StageState.FAILED;
      case CANCELLED -> StageState.SKIPPED;
    };
  }

  private @Nullable Instant started(Stage stage) {
    return switch (stage) {
      // Nothing tells when the first byte came.
      case UPLOAD -> null;
      case SCAN -> job.upload().at();
      case TRAINING -> job.training().from();
      case VETTING -> job.training().until();
      case EVALUATION -> job.evaluation().from();
      case GATE -> job.evaluation().until();
      case RELEASE -> job.release() == null ? null : job.release().at();
    };
  }

  private @Nullable Instant ended(Stage stage) {
    return switch (stage) {
      case UPLOAD -> job.upload().at();
      case SCAN -> job.upload().scannedAt();
      case TRAINING -> job.training().until();
      case VETTING -> job.evaluation().from();
      case EVALUATION, GATE -> job.evaluation().until();
      case RELEASE -> job.release() == null ? null : job.release().at();
    };
  }

  private @Nullable Progress progress(Stage stage) {
    return switch (stage) {
      case TRAINING -> training(job.training());
      case EVALUATION ->
          answers.map(done -> new Progress.Answers(done.answered(), done.total())).orElse(null);
      default -> null;
    };
  }

  private static @Nullable Progress training(JobRow.Training training) {
    if (training.step() == null) {
      return null;
    }
    return new Progress.Training(
        training.step(),
        Optional.ofNullable(training.steps()).orElse(0L),
        training.loss() == null ? OptionalDouble.empty() : OptionalDouble.of(training.loss()));
  }
}
