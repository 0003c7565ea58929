package io.tiltmeter.gateway.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say which running gateway is asked, and with whose key. */
final class GatewayOptions {
  private static final String KEY = "TILTMETER_API_KEY";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--url",
      required = true,
      paramLabel = "URL",
      description = "A running gateway, as \"tiltmeter serve\" prints it.")
  private URI url;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "A file that holds a key and nothing else; else TILTMETER_API_KEY.")
  private @Nullable Path keyFile;

  /**
   * The gateway, to be asked.
   *
   * @throws ParameterException if the address is none, or there is no key
   */
  GatewayClient open() {
    String scheme = url.getScheme();
    if (url.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw new ParameterException(
          spec.commandLine(), "--url must be an http or https address, got \"%s\"".formatted(url));
    }
    return new GatewayClient(url, key());
  }

  private String key() {
    String key = keyFile == null ? System.getenv(KEY) : read(keyFile);
    if (key == null || key.isBlank()) {
      throw new ParameterException(
          spec.commandLine(), "expected a key in %s or by --key-file, found none".formatted(KEY));
    }
    return key.strip();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CommandException(
          "expected a key in %s, found %s".formatted(file, e.getClass().getSimpleName()), e);
    }
  }
}
