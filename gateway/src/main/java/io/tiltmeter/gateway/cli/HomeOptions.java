package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.config.ConfigReader;
import io.tiltmeter.gateway.config.GatewayConfig;
import io.tiltmeter.gateway.config.Home;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.sourcefile.Issue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which installation a command is about. */
final class HomeOptions {

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "The home directory; else TILTMETER_HOME, else ~/.tiltmeter.")
  private @Nullable Path home;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A configuration, as for serve; names a database that is not in the home.")
  private @Nullable Path config;

  /** The one that the option names, else the environment's, else the user's. */
  Home home() {
    return home == null ? usual() : new Home(home);
  }

  /** The one of commands that need no installation: the environment's, else the user's. */
  static Home usual() {
    String named = System.getenv("TILTMETER_HOME");
    return new Home(
        named == null || named.isBlank()
            ? Path.of(System.getProperty("user.home"), ".tiltmeter")
            : Path.of(named));
  }

  /** The database that the configuration names, if there is one. */
  Optional<PostgresAddress> externalDatabase() {
    return configured().map(GatewayConfig::database);
  }

  /** The hub that the configuration names, if it names one. */
  @Nullable String hub() {
    return configured().map(GatewayConfig::hub).orElse(null);
  }

  private Optional<GatewayConfig> configured() {
    return config == null
        ? Optional.empty()
        : Optional.of(config(Path.of(System.getProperty("tiltmeter.root", "."))));
  }

  /**
   * The configuration, or what one that says nothing means.
   *
   * @param installation the folder that holds {@code fixtures}
   * @throws CommandException with a line for each problem of the configuration
   */
  GatewayConfig config(Path installation) {
    GatewayConfig defaults = GatewayConfig.defaults(installation);
    return config == null ? defaults : read(config, defaults);
  }

  private static GatewayConfig read(Path file, GatewayConfig defaults) {
    try {
      return switch (ConfigReader.read(file, defaults)) {
        case ConfigReader.Result.Read(GatewayConfig read) -> read;
        case ConfigReader.Result.Invalid(var issues) ->
            throw new CommandException(
                issues.stream()
                    .map(Issue::toString)
                    .collect(
                        Collectors.joining(
                            "\n", "configuration %s cannot be used:\n".formatted(file), "")));
      };
    } catch (IOException e) {
      throw new CommandException(
          "expected a configuration at %s, found %s".formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }
}
