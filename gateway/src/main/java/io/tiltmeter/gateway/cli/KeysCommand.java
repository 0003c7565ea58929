package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.key.ApiKey;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.sourcefile.DurationText;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tiltmeter keys}: who may call the gateway. */
@Command(
    name = "keys",
    description =
        "Make, list, rotate and revoke API keys; beside a running gateway and without one.",
    subcommands = {
      KeysCommand.CreateCommand.class,
      KeysCommand.ListCommand.class,
      KeysCommand.RotateCommand.class,
      KeysCommand.RevokeCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  tiltmeter keys create --tenant acme",
      "  tiltmeter keys create --staff ana --scopes review,lead",
      "  tiltmeter keys rotate key_… --overlap 24h",
      "  tiltmeter keys revoke key_…"
    })
final class KeysCommand extends GroupCommand {
  /** Who acts where a person has the machine itself. */
  static final String ACTOR = "command-line";

  private static final Clock CLOCK = Clock.systemUTC();

  /** {@code tiltmeter keys create}. */
  @Command(
      name = "create",
      description = "Make a key; it is shown this once and kept nowhere.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter keys create --tenant acme --admin",
        "  tiltmeter keys create --trainer gpu-7 --json"
      })
  static final class CreateCommand implements Callable<Integer> {
    private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
    private static final Pattern HOLDER =
        Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._@-]{0,63}");

    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common;
    @Mixin private HomeOptions home;

    @ArgGroup(multiplicity = "1")
    private Holder holder;

    @Option(
        names = "--admin",
        description = "The key may manage its tenant, too; with --tenant only.")
    private boolean admin;

    @Option(
        names = "--scopes",
        split = ",",
        paramLabel = "SCOPE",
        description = {
          "With --staff: review, lead, operate (all of them by default).",
          "With --tenant: fine-tune, admin (fine-tune by default)."
        })
    private @Nullable List<String> scopes;

    @Option(
        names = "--expires-after",
        paramLabel = "DURATION",
        description = "Such as 90d or 12h; by default the key stays until it is revoked.")
    private @Nullable String expiresAfter;

    /** For whom the key is. */
    static final class Holder {
      @Option(names = "--tenant", paramLabel = "NAME", description = "For a customer.")
      private @Nullable String tenant;

      @Option(names = "--staff", paramLabel = "PERSON", description = "For a person who reviews.")
      private @Nullable String person;

      @Option(names = "--trainer", paramLabel = "NAME", description = "For a trainer.")
      private @Nullable String trainer;
    }

    @Override
    public Integer call() {
      check();
      Set<Scope> granted = granted();
      Duration life = life();
      try (CommandDatabase open = CommandDatabase.open(home)) {
        IssuedView.print(
            spec, common, open.database().inTransaction(sql -> create(sql, granted, life)));
      }
      return ExitCode.OK;
    }

    private void check() {
      if (admin && holder.tenant == null) {
        throw usage("expected --admin with --tenant only");
      }
      if (scopes != null && holder.trainer != null) {
        throw usage("expected --scopes with --staff or --tenant only");
      }
      if (scopes != null && admin) {
        throw usage("expected --admin or --scopes, found both");
      }
      if (holder.tenant != null && !TENANT.matcher(holder.tenant).matches()) {
        throw usage(
            "expected a tenant of 1 to 40 lower-case letters, digits and hyphens, found \"%s\""
                .formatted(holder.tenant));
      }
      String name = holder.person == null ? holder.trainer : holder.person;
      if (name != null && !HOLDER.matcher(name).matches()) {
        throw usage(
            "expected a name of 1 to 64 letters, digits, blanks or \"._@-\", found \"%s\""
                .formatted(name));
      }
    }

    private Set<Scope> granted() {
      Set<Scope> known = holder.tenant == null ? Scope.OF_STAFF : Scope.OF_TENANTS;
      if (scopes != null) {
        return scopes.stream().map(name -> scope(name, known)).collect(Collectors.toSet());
      }
      return holder.tenant == null || admin ? known : Set.of(Scope.FINE_TUNE);
    }

    private Scope scope(String name, Set<Scope> known) {
      return Scope.find(name)
          .filter(known::contains)
          .orElseThrow(
              () ->
                  usage(
                      "expected a scope of %s (%s), found \"%s\""
                          .formatted(
                              holder.tenant == null ? "staff" : "customers",
                              String.join(", ", IssuedView.names(known)),
                              name)));
    }

    private @Nullable Duration life() {
      return expiresAfter == null
          ? null
          : DurationText.parse(expiresAfter)
              .filter(Duration::isPositive)
              .orElseThrow(
                  () ->
                      usage(
                          "expected --expires-after such as 90d or 12h, above 0, found \"%s\""
                              .formatted(expiresAfter)));
    }

    private ParameterException usage(String message) {
      return new ParameterException(spec.commandLine(), message);
    }

    private ApiKey.Issued create(Sql sql, Set<Scope> granted, @Nullable Duration life) {
      ApiKey.Issued issued = issue(sql, granted, life);
      ApiKey key = issued.key();
      Map<String, String> details =
          Map.of(
              "holder", key.holder(),
              "kind", key.kind().wireName(),
              "scopes", String.join(",", IssuedView.names(key.scopes())));
      new AuditStore(CLOCK)
          .append(sql, new AuditEntry.Fact(ACTOR, "create-key", key.id(), details));
      return issued;
    }

    private ApiKey.Issued issue(Sql sql, Set<Scope> granted, @Nullable Duration life) {
      KeyStore keys = new KeyStore(CLOCK);
      if (holder.tenant != null) {
        return keys.createForTenant(sql, holder.tenant, granted, life);
      }
      return holder.person != null
          ? keys.createForStaff(sql, holder.person, granted, life)
          : keys.createForTrainer(sql, String.valueOf(holder.trainer), life);
    }
  }

  /** {@code tiltmeter keys list}. */
  @Command(
      name = "list",
      description = "List every key, newest first; never the key itself.",
      footer = {"", "Examples:", "  tiltmeter keys list", "  tiltmeter keys list --json"})
  static final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common;
    @Mixin private HomeOptions home;

    @Override
    public Integer call() {
      List<KeyView> views;
      try (CommandDatabase open = CommandDatabase.open(home)) {
        views = new KeyStore(CLOCK).list(open.database()).stream().map(KeyView::of).toList();
      }
      PrintWriter out = spec.commandLine().getOut();
      if (common.json()) {
        out.println(Json.line(Map.of("keys", views)));
      } else {
        views.forEach(view -> out.println(view.line()));
      }
      out.flush();
      return ExitCode.OK;
    }
  }

  /** {@code tiltmeter keys rotate}. */
  @Command(
      name = "rotate",
      description = "Make a key in the place of another, which keeps its rights for a while.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter keys rotate key_…",
        "  tiltmeter keys rotate key_… --overlap 1h --json"
      })
  static final class RotateCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common;
    @Mixin private HomeOptions home;

    @Parameters(paramLabel = "ID", description = "The old key's id, as keys list shows it.")
    private String id;

    @Option(
        names = "--overlap",
        paramLabel = "DURATION",
        defaultValue = "24h",
        description = "How long the old key keeps its rights: ${DEFAULT-VALUE} by default, or 0s.")
    private String overlap;

    @Override
    public Integer call() {
      Duration both =
          DurationText.parse(overlap)
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(),
                          "expected --overlap such as 24h or 0s, found \"%s\"".formatted(overlap)));
      try (CommandDatabase open = CommandDatabase.open(home)) {
        IssuedView.print(spec, common, open.database().inTransaction(sql -> rotate(sql, both)));
      }
      return ExitCode.OK;
    }

    private ApiKey.Issued rotate(Sql sql, Duration both) {
      ApiKey.Issued issued =
          new KeyStore(CLOCK)
              .rotate(sql, id, both)
              .orElseThrow(
                  () ->
                      new CommandException(
                          "expected the id of a key that has its rights, found \"%s\"; see tiltmeter keys list"
                              .formatted(id)));
      Map<String, String> details = Map.of("replaces", id, "overlap", DurationText.write(both));
      new AuditStore(CLOCK)
          .append(sql, new AuditEntry.Fact(ACTOR, "rotate-key", issued.key().id(), details));
      return issued;
    }
  }

  /** {@code tiltmeter keys revoke}. */
  @Command(
      name = "revoke",
      description = "Take a key's rights away, at once.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter keys revoke key_…",
        "  tiltmeter keys revoke key_… --json"
      })
  static final class RevokeCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common;
    @Mixin private HomeOptions home;

    @Parameters(paramLabel = "ID", description = "The key's id, as keys list shows it.")
    private String id;

    @Override
    public Integer call() {
      try (CommandDatabase open = CommandDatabase.open(home)) {
        open.database().transact(this::revoke);
      }
      PrintWriter out = spec.commandLine().getOut();
      out.println(common.json() ? Json.line(Map.of("revoked", id)) : "revoked " + id);
      out.flush();
      return ExitCode.OK;
    }

    private void revoke(Sql sql) {
      if (!new KeyStore(CLOCK).revoke(sql, id)) {
        throw new CommandException(
            "expected the id of a key that is not revoked, found \"%s\"; see tiltmeter keys list"
                .formatted(id));
      }
      new AuditStore(CLOCK).append(sql, new AuditEntry.Fact(ACTOR, "revoke-key", id, Map.of()));
    }
  }
}
