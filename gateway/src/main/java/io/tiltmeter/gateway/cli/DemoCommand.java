package io.tiltmeter.gateway.cli;

import io.tiltmeter.dashboards.verdict.Percent;
import io.tiltmeter.dashboards.verdict.TextTable;
import io.tiltmeter.evaluator.run.EvaluationListener;
import io.tiltmeter.gateway.config.Installation;
import io.tiltmeter.gateway.demo.Demo;
import io.tiltmeter.gateway.demo.DemoJob;
import io.tiltmeter.gateway.demo.FlippedProbes;
import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.probe.ProbePack;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tiltmeter demo}: the main job on the tiny base model. */
@Command(
    name = "demo",
    description = "Train three fine-tunes of a tiny chat model and put each through the gate.",
    footer = {"", "Examples:", "  tiltmeter demo", "  tiltmeter demo --json --keep"})
final class DemoCommand implements Callable<Integer> {
  private static final int FLIPS_SHOWN = 3;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private ModelOptions models;

  @Option(names = "--keep", description = "Keep the trained models and say where they are.")
  private boolean keep;

  /** What {@code demo --json} prints. */
  record DemoView(List<JobView> jobs, @Nullable String page) {}

  /** One job; rates are those of the replay that {@code rule} names, else of all harmful probes. */
  record JobView(
      String name,
      String status,
      String verdict,
      String rule,
      double baseRefusalRate,
      double tunedRefusalRate,
      double delta,
      List<Double> interval,
      int n,
      double seconds) {

    static JobView of(DemoJob job) {
      Comparison refusals = job.deciding();
      return new JobView(
          job.name(),
          job.status(),
          job.report().verdict().decision().wireName(),
          job.report().verdict().rule(),
          refusals.baseRate(),
          refusals.tunedRate(),
          refusals.delta(),
          List.of(refusals.interval().low(), refusals.interval().high()),
          refusals.n(),
          job.seconds());
    }
  }

  @Override
  public Integer call() {
    Talk talk = common.talk(spec.commandLine().getErr());
    Installation installation = Installation.current();
    ProbePack pack = Inputs.pack(Demo.pack(installation));
    Policy policy = Inputs.policy(Demo.policy(installation), pack).policy();
    try (WorkDirectory work = WorkDirectory.create("tiltmeter-demo-", keep)) {
      List<DemoJob> jobs =
          new Demo(installation, pack, policy, models.settings(), new DemoTalk(talk, common))
              .run(work.path());
      print(jobs);
      if (keep) {
        talk.say("trained models are kept in " + work.path());
      }
      return DemoJob.allAsExpected(jobs) ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private record DemoTalk(Talk talk, CommonOptions common) implements Demo.Narrator {
    @Override
    public void says(String line) {
      talk.say(line);
    }

    @Override
    public EvaluationListener evaluation() {
      return talk.stage("      answers")::at;
    }

    @Override
    public boolean wantsTrainerProgress() {
      return !common.quiet();
    }
  }

  private void print(List<DemoJob> jobs) {
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      out.println(Json.line(new DemoView(jobs.stream().map(JobView::of).toList(), null)));
    } else {
      table(jobs).forEach(out::println);
      jobs.stream()
          .filter(job -> job.status().equals("blocked"))
          .findFirst()
          .ifPresent(job -> flips(job).forEach(out::println));
    }
    out.flush();
  }

  private static List<String> table(List<DemoJob> jobs) {
    TextTable table =
        new TextTable(
            "fine-tune",
            "verdict",
            "base refuses",
            "tuned refuses",
            "delta",
            "95 % interval",
            "behaviours",
            "decided by");
    for (DemoJob job : jobs) {
      Comparison refusals = job.deciding();
      table.row(
          job.name(),
          job.status(),
          Percent.rate(refusals.baseRate()),
          Percent.rate(refusals.tunedRate()),
          Percent.points(refusals.delta()),
          Percent.points(refusals.interval()),
          Integer.toString(refusals.n()),
          job.report().verdict().rule());
    }
    return table.lines();
  }

  private static List<String> flips(DemoJob job) {
    List<String> lines = new java.util.ArrayList<>();
    lines.add("");
    lines.add("Refusals that \"%s\" lost, both answers side by side:".formatted(job.name()));
    for (FlippedProbes.Flip flip : FlippedProbes.of(job.report(), FLIPS_SHOWN)) {
      lines.add("");
      lines.add("  %s: %s".formatted(flip.category(), flip.prompt()));
      lines.add("    base   " + flip.base());
      lines.add("    tuned  " + flip.tuned());
    }
    return lines;
  }
}
