package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.remote.EachSide;
import io.tiltmeter.evaluator.remote.Endpoint;
import io.tiltmeter.evaluator.remote.RemotePair;
import io.tiltmeter.evaluator.remote.RemoteSettings;
import io.tiltmeter.evaluator.runner.ModelRunner;
import io.tiltmeter.evaluator.runner.PairSource;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say which two models are compared. */
final class PairOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Base base;

  @ArgGroup(multiplicity = "1")
  private Tuned tuned;

  @Option(
      names = "--base-name",
      paramLabel = "NAME",
      defaultValue = "base",
      description = "What the server calls the base model; its key: TILTMETER_BASE_KEY.")
  private String baseName;

  @Option(
      names = "--tuned-name",
      paramLabel = "NAME",
      defaultValue = "tuned",
      description = "What the server calls the tuned model; its key: TILTMETER_TUNED_KEY.")
  private String tunedName;

  /** Exactly one kind of base. */
  static final class Base {
    @Option(names = "--base", paramLabel = "DIR", description = "The base model.")
    private @Nullable Path directory;

    @Option(
        names = "--base-url",
        paramLabel = "URL",
        description = "An OpenAI-compatible server that holds the base model.")
    private @Nullable URI url;
  }

  /** Exactly one kind of tuned model. */
  static final class Tuned {
    @Option(names = "--tuned", paramLabel = "DIR", description = "The tuned model, whole.")
    private @Nullable Path directory;

    @Option(names = "--adapter", paramLabel = "DIR", description = "A LoRA adapter on the base.")
    private @Nullable Path adapter;

    @Option(
        names = "--tuned-url",
        paramLabel = "URL",
        description = "An OpenAI-compatible server that holds the tuned model.")
    private @Nullable URI url;
  }

  /**
   * Loads or reaches both models.
   *
   * @param baseApart whether somebody else asks the base where both are here
   * @throws io.tiltmeter.evaluator.runner.RunnerException if a model cannot be loaded
   */
  AskedPair open(RunnerSettings settings, boolean baseApart) {
    if (base.directory != null) {
      return openOn(base.directory, settings, baseApart);
    }
    if (tuned.adapter != null) {
      throw new ParameterException(
          spec.commandLine(), "--adapter needs its base here: give --base, or --tuned-url");
    }
    if (tuned.directory != null) {
      RemotePair remote = remote(Map.of(Side.BASE, endpoint(base.url, baseName, Side.BASE)));
      ModelRunner local = ModelRunner.start(new PairSource.BaseOnly(tuned.directory), settings);
      return new AskedPair(EachSide.of(remote, EachSide.asTuned(local)), null, local, remote);
    }
    RemotePair remote =
        remote(
            Map.of(
                Side.BASE, endpoint(base.url, baseName, Side.BASE),
                Side.TUNED, endpoint(tuned.url, tunedName, Side.TUNED)));
    return new AskedPair(remote, null, null, remote);
  }

  private AskedPair openOn(Path directory, RunnerSettings settings, boolean baseApart) {
    if (tuned.url != null) {
      RemotePair remote = remote(Map.of(Side.TUNED, endpoint(tuned.url, tunedName, Side.TUNED)));
      ModelRunner local = ModelRunner.start(new PairSource.BaseOnly(directory), settings);
      return new AskedPair(EachSide.of(local, remote), null, local, remote);
    }
    PairSource source = localPair(directory, baseApart);
    ModelRunner local = ModelRunner.start(source, settings);
    return new AskedPair(local, source, local, null);
  }

  private PairSource localPair(Path directory, boolean baseApart) {
    if (tuned.adapter != null) {
      return new PairSource.WithAdapter(directory, tuned.adapter);
    }
    if (tuned.directory != null) {
      return baseApart
          ? new PairSource.TunedOnly(directory, tuned.directory)
          : new PairSource.TwoModels(directory, tuned.directory);
    }
    throw new IllegalStateException("the options ask for exactly one tuned model");
  }

  private static RemotePair remote(Map<Side, Endpoint> endpoints) {
    return RemotePair.of(endpoints, RemoteSettings.DEFAULT);
  }

  private Endpoint endpoint(@Nullable URI url, String name, Side side) {
    if (url == null) {
      throw new IllegalStateException("the options ask for exactly one model of each side");
    }
    String key = System.getenv("TILTMETER_%s_KEY".formatted(side.name().toUpperCase(Locale.ROOT)));
    try {
      return new Endpoint(url, name, key == null || key.isBlank() ? null : key);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "--%s-url: %s".formatted(side.wireName(), e.getMessage()), e);
    }
  }
}
