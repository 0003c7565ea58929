package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.bench.MachineLimits;
import io.tiltmeter.evaluator.bench.PairCost;
import io.tiltmeter.evaluator.bench.Peer;
import io.tiltmeter.evaluator.bench.Ratio;
import io.tiltmeter.evaluator.bench.Soak;
import io.tiltmeter.evaluator.bench.Speed;
import io.tiltmeter.evaluator.bench.SpeedRatios;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.CheckpointReader;
import io.tiltmeter.evaluator.decode.DecodeSettings;
import io.tiltmeter.evaluator.onnx.DecoderSession;
import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.WeightFormat;
import io.tiltmeter.evaluator.runner.PairSource;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tiltmeter bench}: how fast models run here, beside limits and other programs. */
@Command(
    name = "bench",
    description = {
      "Measure how fast a model runs here, beside what the machine could do; soak shows whether",
      "memory stays flat when models are loaded, asked and closed again and again.",
      "Nothing else should run meanwhile. Exit code 3: a bar was missed."
    },
    footer = {
      "",
      "Examples:",
      "  tiltmeter bench --model models/base --peers peers.json",
      "  tiltmeter bench soak --model models/base --adapter out/lora --rounds 200 --json"
    })
final class BenchCommand implements Callable<Integer> {
  private static final double MOST_MEMORY = 1.2;
  private static final double MOST_TIME = 1.6;
  private static final double MOST_START = 2;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private ModelOptions models;

  /** What can be measured. */
  enum Part {
    /** Tokens a second of reading and writing, by weight format. */
    speed,
    /** Memory and time of a pair beside those of a base alone. */
    pair,
    /** Memory of this process while it loads, asks and closes models. */
    soak
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "speed, pair or soak (default: speed, and pair where the options allow).")
  private @Nullable Part part;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model; a trusted one, since speed is measured without a sandbox.")
  private Path model;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "A LoRA adapter on it, for pair and soak.")
  private @Nullable Path adapter;

  @Option(
      names = "--tuned",
      paramLabel = "DIR",
      description = "A whole tuned model beside it, for pair and soak.")
  private @Nullable Path tuned;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "200",
      description = "Rounds of a soak, at least 4 (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--peers",
      paramLabel = "FILE",
      description = "What fixtures/bench/peers.py measured on this machine.")
  private @Nullable Path peers;

  @Override
  public Integer call() {
    requireUsage();
    RunnerSettings settings = models.settings();
    List<Peer> others = peers == null ? List.of() : PeersFile.read(peers);
    Talk talk = common.talk(spec.commandLine().getErr());
    if (part == Part.soak) {
      return soak(settings, talk);
    }
    List<Ratio> ratios = new ArrayList<>();
    Map<WeightFormat, Speed> speeds = new EnumMap<>(WeightFormat.class);
    MachineLimits limits = null;
    if (part != Part.pair) {
      limits = speeds(settings.execution(), speeds, talk);
      ratios.addAll(SpeedRatios.of(speeds, limits, others));
    }
    PairCost alone = null;
    PairCost both = null;
    PairSource source = source();
    if (part != Part.speed && !(source instanceof PairSource.BaseOnly)) {
      talk.say("a base alone, then with what was tuned, each in a process of its own");
      alone = PairCost.of(new PairSource.BaseOnly(model), settings);
      both = PairCost.of(source, settings);
      ratios.addAll(pairRatios(alone, both));
    }
    print(BenchView.of(settings.threads(), limits, speeds, alone, both, ratios));
    return ratios.stream().allMatch(Ratio::isMet) ? ExitCode.OK : ExitCode.REFUSED;
  }

  private void requireUsage() {
    boolean none = adapter == null && tuned == null;
    if (part == Part.pair && none) {
      throw new ParameterException(spec.commandLine(), "bench pair needs --adapter or --tuned");
    }
    if (adapter != null && tuned != null) {
      throw new ParameterException(
          spec.commandLine(), "expected --adapter or --tuned, found both; give one");
    }
    if (rounds < Soak.FEWEST) {
      throw new ParameterException(
          spec.commandLine(),
          "--rounds must be at least %d, got %d".formatted(Soak.FEWEST, rounds));
    }
  }

  private PairSource source() {
    if (adapter != null) {
      return new PairSource.WithAdapter(model, adapter);
    }
    return tuned == null ? new PairSource.BaseOnly(model) : new PairSource.TwoModels(model, tuned);
  }

  private int soak(RunnerSettings settings, Talk talk) {
    talk.say(rounds + " rounds in this process");
    DecodeSettings decoding =
        new DecodeSettings(
            settings.execution(), settings.batch(), DecodeSettings.DEFAULT.cacheBytes());
    SoakView view = SoakView.of(Soak.of(source(), decoding, rounds));
    PrintWriter out = spec.commandLine().getOut();
    out.println(common.json() ? Json.line(view) : view.text());
    out.flush();
    return view.ratio().met() ? ExitCode.OK : ExitCode.REFUSED;
  }

  private MachineLimits speeds(Execution wished, Map<WeightFormat, Speed> speeds, Talk talk) {
    Checkpoint checkpoint = CheckpointReader.read(model);
    talk.say("what the machine could do");
    MachineLimits limits = MachineLimits.of(checkpoint, wished);
    for (WeightFormat format : WeightFormat.values()) {
      if (!format.isExactHere()) {
        talk.say("left out weights in %s: this processor rounds their products".formatted(format));
        continue;
      }
      talk.say("weights in " + format);
      Execution execution = new Execution(wished.provider(), wished.threads(), format);
      try (DecoderSession session = DecoderSession.open(checkpoint, null, execution)) {
        speeds.put(format, Speed.of(session));
      }
    }
    return limits;
  }

  private static List<Ratio> pairRatios(PairCost alone, PairCost both) {
    return List.of(
        Ratio.atMost(
            "memory of a pair / of its base",
            (double) both.resident() / alone.resident(),
            MOST_MEMORY),
        Ratio.atMost("time of a pair / of its base", both.answers() / alone.answers(), MOST_TIME),
        Ratio.atMost("seconds to a pair's first token", both.start(), MOST_START));
  }

  private void print(BenchView view) {
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      out.println(Json.line(view));
    } else {
      BenchTable.lines(view).forEach(out::println);
    }
    out.flush();
  }
}
