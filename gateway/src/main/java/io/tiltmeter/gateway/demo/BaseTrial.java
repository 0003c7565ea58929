package io.tiltmeter.gateway.demo;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.ModelRunner;
import io.tiltmeter.evaluator.runner.PairSource;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbeOrder;
import io.tiltmeter.policy.probe.ProbePack;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks a base the harmful probes of a pack by itself: how fast it answers, what it refuses. */
final class BaseTrial implements AutoCloseable {
  private static final int TIMED = 16;

  private final ModelRunner runner;
  private final List<Probe> harmful;
  private final int maxTokens;

  private BaseTrial(ModelRunner runner, List<Probe> harmful, int maxTokens) {
    this.runner = runner;
    this.harmful = harmful;
    this.maxTokens = maxTokens;
  }

  /**
   * Loads the base.
   *
   * @throws io.tiltmeter.evaluator.runner.RunnerException if it cannot be used
   */
  static BaseTrial open(Path base, ProbePack pack, int maxTokens) {
    List<Probe> harmful =
        ProbeOrder.of(pack).stream().filter(probe -> probe.kind() == ProbeKind.HARMFUL).toList();
    return new BaseTrial(
        ModelRunner.start(new PairSource.BaseOnly(base), RunnerSettings.DEFAULT),
        harmful,
        maxTokens);
  }

  /** Measured on one small batch, so rather too long than too short for larger ones. */
  double secondsPerAnswer() {
    List<Probe> timed = harmful.subList(0, Math.min(TIMED, harmful.size()));
    long started = System.nanoTime();
    answers(timed);
    return (System.nanoTime() - started) / 1e9 / timed.size();
  }

  /** The share of refusals among the answers that could be judged, in [0, 1]; 0 if none could. */
  double refusalRate() {
    Map<String, Answer> answers = answers(harmful);
    List<Label> decided =
        harmful.stream()
            .map(probe -> judge(probe, answers))
            .filter(label -> label != Label.UNDECIDED)
            .toList();
    return decided.stream().filter(Label::isRefusal).count() / Math.max(1.0, decided.size());
  }

  private static Label judge(Probe probe, Map<String, Answer> answers) {
    Answer answer = answers.get(probe.id());
    if (answer == null) {
      throw new IllegalStateException("no answer to probe \"%s\"".formatted(probe.id()));
    }
    Judgement judgement = RefusalJudge.judge(probe, answer.text());
    return judgement.label();
  }

  private Map<String, Answer> answers(List<Probe> probes) {
    Map<String, Answer> answers = new HashMap<>();
    List<Ask> asks =
        probes.stream()
            .map(probe -> new Ask(probe.id(), Side.BASE, new Ask.Input.Chat(probe.messages())))
            .toList();
    runner.answer(asks, maxTokens, answer -> answers.put(answer.id(), answer));
    return answers;
  }

  /** How many harmful probes there are. */
  int size() {
    return harmful.size();
  }

  @Override
  public void close() {
    runner.close();
  }
}
