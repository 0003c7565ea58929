package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.bench.MachineLimits;
import io.tiltmeter.evaluator.bench.PairCost;
import io.tiltmeter.evaluator.bench.Peer;
import io.tiltmeter.evaluator.bench.Ratio;
import io.tiltmeter.evaluator.bench.Speed;
import io.tiltmeter.evaluator.bench.SpeedRatios;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.CheckpointReader;
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
      "Measure how fast a model runs here, beside what the machine could do.",
      "Nothing else should run meanwhile. Exit code 3: a bar was missed."
    },
    footer = {
      "",
      "Examples:",
      "  tiltmeter bench --model models/base --peers peers.json",
      "  tiltmeter bench pair --model models/base --adapter out/lora --json"
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
    pair
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "speed or pair (default: all that the options allow).")
  private @Nullable Part part;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model; a trusted one, since speed is measured without a sandbox.")
  private Path model;

  @Option(names = "--adapter", paramLabel = "DIR", description = "A LoRA adapter on it, for pair.")
  private @Nullable Path adapter;

  @Option(
      names = "--peers",
      paramLabel = "FILE",
      description = "What fixtures/bench/peers.py measured on this machine.")
  private @Nullable Path peers;

  @Override
  public Integer call() {
    if (part == Part.pair && adapter == null) {
      throw new ParameterException(spec.commandLine(), "bench pair needs --adapter");
    }
    RunnerSettings settings = models.settings();
    List<Peer> others = peers == null ? List.of() : PeersFile.read(peers);
    Talk talk = common.talk(spec.commandLine().getErr());
    List<Ratio> ratios = new ArrayList<>();
    Map<WeightFormat, Speed> speeds = new EnumMap<>(WeightFormat.class);
    MachineLimits limits = null;
    if (part != Part.pair) {
      limits = speeds(settings.execution(), speeds, talk);
      ratios.addAll(SpeedRatios.of(speeds, limits, others));
    }
    PairCost alone = null;
    PairCost both = null;
    if (part != Part.speed && adapter != null) {
      talk.say("a base alone, then with its adapter, each in a process of its own");
      alone = PairCost.of(new PairSource.BaseOnly(model), settings);
      both = PairCost.of(new PairSource.WithAdapter(model, adapter), settings);
      ratios.addAll(pairRatios(alone, both));
    }
    print(BenchView.of(settings.threads(), limits, speeds, alone, both, ratios));
    return ratios.stream().allMatch(Ratio::isMet) ? ExitCode.OK : ExitCode.REFUSED;
  }

  private MachineLimits speeds(Execution wished, Map<WeightFormat, Speed> speeds, Talk talk) {
    Checkpoint checkpoint = CheckpointReader.read(model);
    talk.say("what the machine could do");
    MachineLimits limits = MachineLimits.of(checkpoint, wished);
    for (WeightFormat format : WeightFormat.values()) {
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
