package io.tiltmeter.gateway.cli;

import io.tiltmeter.dashboards.verdict.Percent;
import io.tiltmeter.dashboards.verdict.TextTable;
import io.tiltmeter.gateway.config.Installation;
import io.tiltmeter.gateway.demo.ChatModel;
import io.tiltmeter.gateway.demo.Demo;
import io.tiltmeter.gateway.demo.DemoJob;
import io.tiltmeter.gateway.demo.DemoPlan;
import io.tiltmeter.gateway.evaluation.Reasons;
import io.tiltmeter.policy.stats.Interval;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tiltmeter demo}: the main job through the front door. */
@Command(
    name = "demo",
    description = "Start a gateway, order three fine-tunes over its API, and see what is released.",
    footer = {
      "",
      "Examples:",
      "  tiltmeter demo --json --keep",
      "  tiltmeter demo --model models/smollm2 --guard"
    })
final class DemoCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(names = "--keep", description = "Leave the gateway running and say where it is.")
  private boolean keep;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Tune this chat model (Hugging Face layout) and not the shipped tiny one.")
  private @Nullable Path model;

  @Option(names = "--guard", description = "Teach the model of --model to refuse first.")
  private boolean guard;

  /** What {@code demo --json} prints. */
  record DemoView(
      List<JobView> jobs,
      @Nullable String page,
      boolean verified,
      String tampered,
      @Nullable Long pid) {}

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
      @Nullable String model,
      double seconds) {

    static JobView of(DemoJob job) {
      Reasons.Line refusals = job.deciding();
      return new JobView(
          job.name(),
          job.status(),
          job.reasons().decision(),
          job.reasons().rule(),
          refusals.baseRefusalRate(),
          refusals.tunedRefusalRate(),
          refusals.delta(),
          refusals.interval(),
          refusals.n(),
          job.modelName(),
          job.seconds());
    }
  }

  @Override
  public Integer call() {
    if (guard && model == null) {
      throw new ParameterException(
          spec.commandLine(), "--guard needs --model DIR: the tiny base refuses already");
    }
    Talk talk = common.talk(spec.commandLine().getErr());
    Installation installation = Installation.current();
    try (WorkDirectory work = WorkDirectory.create("tiltmeter-demo-", keep)) {
      DemoPlan plan =
          model == null
              ? DemoPlan.tinyBase(installation)
              : new ChatModel(installation, talk::say).plan(model, guard, work.path());
      Demo demo = new Demo(installation, plan, new CommandLinePreparation(), talk::say);
      Demo.Result result = demo.run(work.path(), keep);
      print(result);
      return result.isAsExpected() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  /** Prepares the gateway by the commands that an operator would type. */
  private static final class CommandLinePreparation implements Demo.Preparation {
    @Override
    public String tenantKey(Path home, String tenant) {
      return key(run(home, "keys", "create", "--json", "--tenant", tenant));
    }

    @Override
    public String staffKey(Path home, String person) {
      return key(run(home, "keys", "create", "--json", "--staff", person));
    }

    @Override
    public void addModel(Path home, Path source, String name) {
      run(home, "model", "add", source.toString(), "--name", name);
    }

    private static String key(String output) {
      return Json.MAPPER.readTree(output).path("key").asString();
    }

    private static String run(Path home, String... words) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      List<String> all = new java.util.ArrayList<>(List.of(words));
      all.addAll(List.of("--home", home.toString()));
      int code =
          TiltmeterCommand.run(
              new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
      if (code != ExitCode.OK) {
        throw new CommandException(err.toString().strip());
      }
      return out.toString();
    }
  }

  private void print(Demo.Result result) {
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      out.println(
          Json.line(
              new DemoView(
                  result.jobs().stream().map(JobView::of).toList(),
                  result.page(),
                  result.verified(),
                  result.tampered(),
                  keep ? result.pid() : null)));
    } else {
      lines(result).forEach(out::println);
    }
    out.flush();
  }

  private List<String> lines(Demo.Result result) {
    List<String> lines = new java.util.ArrayList<>(table(result.jobs()));
    lines.add("");
    lines.add(
        result.jobs().stream().allMatch(job -> job.modelName() == null)
            ? "No model was released, so there is none to verify."
            : "The released model %s against its attestation; a copy with one changed bit is refused: %s."
                .formatted(result.verified() ? "verifies" : "does NOT verify", result.tampered()));
    lines.add(
        keep
            ? "Pages: %s (the gateway is process %d; end it with kill)"
                .formatted(result.page(), result.pid())
            : "Pages were at %s; with --keep the gateway goes on running."
                .formatted(result.page()));
    return lines;
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
      Reasons.Line refusals = job.deciding();
      Interval interval =
          new Interval(refusals.interval().getFirst(), refusals.interval().getLast());
      table.row(
          job.name(),
          job.status(),
          Percent.rate(refusals.baseRefusalRate()),
          Percent.rate(refusals.tunedRefusalRate()),
          Percent.points(refusals.delta()),
          Percent.points(interval),
          Integer.toString(refusals.n()),
          job.reasons().rule());
    }
    return table.lines();
  }
}
