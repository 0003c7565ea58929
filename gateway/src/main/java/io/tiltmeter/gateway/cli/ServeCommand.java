package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.config.GatewayConfig;
import io.tiltmeter.gateway.config.Home;
import io.tiltmeter.gateway.config.Installation;
import io.tiltmeter.gateway.serve.Gateway;
import io.tiltmeter.gateway.serve.Logging;
import io.tiltmeter.gateway.serve.Role;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tiltmeter serve}: the gateway process. */
@Command(
    name = "serve",
    description = "Run the gateway: fine-tuning API, scan, vetting, evaluation, gate, release.",
    footer = {
      "",
      "Without a database in the configuration, an embedded PostgreSQL lives in the home directory.",
      "",
      "Examples:",
      "  tiltmeter serve --roles api,scan,evaluate,train",
      "  tiltmeter serve --home /srv/tiltmeter --port 9000 --config gateway.yaml"
    })
final class ServeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private HomeOptions options;

  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "Port of the API and the pages; metrics are on the next one; 0 takes free ones.")
  private @Nullable Integer port;

  @Option(
      names = "--roles",
      paramLabel = "ROLE",
      split = ",",
      description = "Any of api, scan, evaluate, train (default: all but train).")
  private @Nullable Set<Role> roles;

  /** The first line on standard output. */
  record Ready(String event, String url, String managementUrl, String home, List<String> roles) {}

  @Override
  public Integer call() throws InterruptedException {
    Logging.toStandardError(Boolean.getBoolean("tiltmeter.stderr.terminal"));
    Installation installation = Installation.current();
    Home place = options.home();
    Set<Role> wanted = roles == null ? Role.DEFAULT : EnumSet.copyOf(roles);
    Gateway gateway =
        Gateway.start(config(installation), place, wanted, installation, Clock.systemUTC());
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  gateway.close();
                  stopped.countDown();
                },
                "stop"));
    announce(gateway, place, wanted);
    stopped.await();
    return ExitCode.OK;
  }

  private void announce(Gateway gateway, Home place, Set<Role> wanted) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        Json.line(
            new Ready(
                "ready",
                gateway.url().toString(),
                gateway.managementUrl().toString(),
                place.root().toString(),
                wanted.stream().map(Role::wireName).sorted().toList())));
    out.flush();
  }

  private GatewayConfig config(Installation installation) {
    GatewayConfig config = options.config(installation.root());
    return port == null ? config : config.withPort(port);
  }
}
