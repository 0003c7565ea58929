package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.key.ApiKey;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.gateway.key.Scope;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
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
    description = "Make, list and revoke API keys; beside a running gateway and without one.",
    subcommands = {
      KeysCommand.CreateCommand.class,
      KeysCommand.ListCommand.class,
      KeysCommand.RevokeCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  tiltmeter keys create --tenant acme",
      "  tiltmeter keys create --staff ana --scopes review,lead",
      "  tiltmeter keys revoke key_…"
    })
final class KeysCommand extends GroupCommand {
  /** Who acts where a person has the machine itself. */
  static final String ACTOR = "command-line";

  private static final Clock CLOCK = Clock.systemUTC();

  private static @Nullable Long seconds(@Nullable Instant at) {
    return at == null ? null : at.getEpochSecond();
  }

  private static List<String> names(Set<Scope> scopes) {
    return scopes.stream().map(Scope::wireName).sorted().toList();
  }

  /** What {@code keys create} prints. */
  record IssuedView(
      String id,
      String key,
      @Nullable String tenant,
      List<String> scopes,
      @Nullable Long expiresAt) {
    static IssuedView of(ApiKey.Issued issued) {
      ApiKey key = issued.key();
      return new IssuedView(
          key.id(),
          issued.secret(),
          key.kind() == ApiKey.Kind.TENANT ? key.holder() : null,
          names(key.scopes()),
          seconds(key.expiresAt()));
    }

    @Override
    public String toString() {
      return "IssuedView[%s]".formatted(id);
    }
  }

  /** What {@code keys list} prints of a key. */
  record KeyView(
      String id,
      String kind,
      String holder,
      String hint,
      List<String> scopes,
      long createdAt,
      @Nullable Long expiresAt,
      @Nullable Long revokedAt) {
    static KeyView of(ApiKey key) {
      return new KeyView(
          key.id(),
          key.kind().wireName(),
          key.holder(),
          key.hint(),
          names(key.scopes()),
          key.createdAt().getEpochSecond(),
          seconds(key.expiresAt()),
          seconds(key.revokedAt()));
    }
  }

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

    @Option(names = "--admin", description = "The key may manage its tenant; with --tenant only.")
    private boolean admin;

    @Option(
        names = "--scopes",
        split = ",",
        paramLabel = "SCOPE",
        description = "With --staff only: review, lead, operate (all of them by default).")
    private @Nullable List<String> scopes;

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
      Set<Scope> granted = staffScopes();
      try (CommandDatabase open = CommandDatabase.open(home)) {
        print(open.database().inTransaction(sql -> create(sql, granted)));
      }
      return ExitCode.OK;
    }

    private void check() {
      if (admin && holder.tenant == null) {
        throw usage("expected --admin with --tenant only");
      }
      if (scopes != null && holder.person == null) {
        throw usage("expected --scopes with --staff only");
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

    private Set<Scope> staffScopes() {
      return scopes == null
          ? Scope.OF_STAFF
          : scopes.stream().map(this::staffScope).collect(Collectors.toUnmodifiableSet());
    }

    private Scope staffScope(String name) {
      return Scope.find(name)
          .filter(Scope.OF_STAFF::contains)
          .orElseThrow(
              () ->
                  usage(
                      "expected a scope of staff (lead, operate, review), found \"%s\""
                          .formatted(name)));
    }

    private ParameterException usage(String message) {
      return new ParameterException(spec.commandLine(), message);
    }

    private ApiKey.Issued create(Sql sql, Set<Scope> granted) {
      KeyStore keys = new KeyStore(CLOCK);
      ApiKey.Issued issued;
      if (holder.tenant != null) {
        issued = keys.createForTenant(sql, holder.tenant, admin);
      } else if (holder.person != null) {
        issued = keys.createForStaff(sql, holder.person, granted);
      } else {
        issued = keys.createForTrainer(sql, String.valueOf(holder.trainer));
      }
      ApiKey key = issued.key();
      Map<String, String> details =
          Map.of(
              "holder", key.holder(),
              "kind", key.kind().wireName(),
              "scopes", String.join(",", names(key.scopes())));
      new AuditStore(CLOCK)
          .append(sql, new AuditEntry.Fact(ACTOR, "create-key", key.id(), details));
      return issued;
    }

    private void print(ApiKey.Issued issued) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(common.json() ? Json.line(IssuedView.of(issued)) : issued.secret());
      out.flush();
      PrintWriter err = spec.commandLine().getErr();
      err.println("key %s: keep it now, it is not shown again".formatted(issued.key().id()));
      err.flush();
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
        views.forEach(view -> out.println(line(view)));
      }
      out.flush();
      return ExitCode.OK;
    }

    private static String line(KeyView view) {
      return "%s  %s %s  …%s  %s%s"
          .formatted(
              view.id(),
              view.kind(),
              view.holder(),
              view.hint(),
              String.join(",", view.scopes()),
              view.revokedAt() == null ? "" : "  revoked");
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
