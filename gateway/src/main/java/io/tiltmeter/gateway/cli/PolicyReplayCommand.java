package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.cli.Inputs.EffectivePolicy;
import io.tiltmeter.gateway.config.GatewayConfig;
import io.tiltmeter.gateway.config.Installation;
import io.tiltmeter.gateway.evaluation.EvaluationStore;
import io.tiltmeter.gateway.evaluation.Packs;
import io.tiltmeter.gateway.evaluation.Period;
import io.tiltmeter.gateway.evaluation.PolicyReplay;
import io.tiltmeter.gateway.evaluation.Redecided;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.tenant.PolicyLibrary;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tiltmeter policy replay}. */
@Command(
    name = "replay",
    description =
        "Decide every evaluation of a past period once more under a draft, from the answers that"
            + " were kept and without a model, and show which verdicts would change and why."
            + " Nothing is written. What the kept answers do not decide is listed, never guessed.",
    footer = {
      "",
      "Examples:",
      "  tiltmeter policy replay draft.yaml --since 2026-10-01",
      "  tiltmeter policy replay draft.yaml --since 2026-10-01 --until 2026-11-01T12:00:00Z --json"
    })
final class PolicyReplayCommand implements Callable<Integer> {
  private static final Clock CLOCK = Clock.systemUTC();

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private HomeOptions home;

  @Parameters(paramLabel = "POLICY", description = "The draft.")
  private Path policy;

  @Option(
      names = "--since",
      required = true,
      paramLabel = "DATE",
      description = "A date (from its beginning, UTC) or an instant such as 2026-10-01T08:00:00Z.")
  private String since;

  @Option(
      names = "--until",
      paramLabel = "DATE",
      description = "Likewise, no longer part of the period (default: now).")
  private @Nullable String until;

  @Override
  public Integer call() {
    Period period = period();
    Packs packs = packs();
    EffectivePolicy draft = Inputs.policy(policy, packs.categories());
    List<Redecided> all = new ArrayList<>();
    try (CommandDatabase open = CommandDatabase.open(home)) {
      new PolicyReplay(
              new PolicyReplay.Parts(
                  new EvaluationStore(CLOCK),
                  new ArtifactStore(CLOCK),
                  new JobStore(CLOCK),
                  packs,
                  PolicyLibrary.of(CLOCK, packs.categories())),
              draft.policy())
          .forEach(open.database(), period, all::add);
    }
    ReplayView view = ReplayView.of(draft.digest(), period, all);
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      out.println(Json.line(view));
    } else {
      ReplayText.lines(view).forEach(out::println);
    }
    out.flush();
    return ExitCode.OK;
  }

  private Period period() {
    Instant from = instant("--since", since);
    Instant to = until == null ? CLOCK.instant() : instant("--until", until);
    if (!from.isBefore(to)) {
      throw usage(
          "expected --since before %s, found \"%s\""
              .formatted(until == null ? "now" : "--until " + until, since));
    }
    return new Period(from, to);
  }

  private Instant instant(String option, String text) {
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException _) {
      throw usage(
          "expected %s as a date such as 2026-10-01 or an instant such as 2026-10-01T08:00:00Z,"
                  .formatted(option)
              + " found \"%s\"".formatted(text));
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Packs packs() {
    GatewayConfig config = home.config(Installation.current().root());
    try {
      return Packs.read(config.evaluation());
    } catch (IllegalStateException | UncheckedIOException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }
}
