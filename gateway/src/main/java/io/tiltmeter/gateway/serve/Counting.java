package io.tiltmeter.gateway.serve;

import io.tiltmeter.gateway.checkpoint.CheckpointState;
import io.tiltmeter.gateway.evaluation.LabelledAnswer;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.metrics.Meters;
import io.tiltmeter.gateway.scan.RescanOutcome;
import io.tiltmeter.gateway.sourcefile.WireName;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.gateway.webhook.DeliveryTask;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.Worker;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Turns what features tell into meters. */
final class Counting implements Worker.Observer {
  private static final String NO_CATEGORY = "none";

  private final Meters meters;
  private final Clock clock;

  Counting(Meters meters, Clock clock) {
    this.meters = meters;
    this.clock = clock;
  }

  void moved(Job job, Stage to) {
    if (to != Stage.SCANNING) {
      meters.stageLeft(job.stage().wireName(), Duration.between(job.stageAt(), clock.instant()));
    }
    if (to.isFinal()) {
      meters.jobEnded(job.baseModel(), to.wireName());
    }
  }

  void found(ScanFinding finding) {
    meters.scanFinding(finding.detector(), finding.severity().wireName());
  }

  void rescanned(RescanOutcome outcome) {
    meters.rescan(outcome.wireName());
  }

  void evaluated(String baseModel, String pack, List<LabelledAnswer> answers, VerdictView verdict) {
    answers.stream()
        .collect(Collectors.groupingBy(Counting::tags, Collectors.counting()))
        .forEach((tags, count) -> meters.probeAnswers(baseModel, pack, tags, count.intValue()));
    meters.verdict(baseModel, verdict.verdict());
  }

  void ended(String baseModel, CheckpointState checkpoint) {
    meters.checkpoint(baseModel, checkpoint.wireName());
  }

  void sent(DeliveryTask.Outcome outcome) {
    meters.webhook(WireName.of(outcome));
  }

  void looked(int hits, int misses) {
    meters.baseAnswers("hit", hits);
    meters.baseAnswers("miss", misses);
  }

  private static Meters.AnswerTags tags(LabelledAnswer answer) {
    String category = answer.probe().category();
    return new Meters.AnswerTags(
        category == null ? NO_CATEGORY : category,
        answer.answer().side().wireName(),
        answer.judgement().label().wireName());
  }

  @Override
  public void lost(WorkKind kind) {
    meters.leaseLost(kind.wireName());
  }

  @Override
  public void failed(WorkKind kind) {
    meters.workFailed(kind.wireName());
  }
}
