package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.audit.AuditCheck;
import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.policy.lineage.Digest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** {@code tiltmeter audit}: what can be asked of the audit log. */
@Command(
    name = "audit",
    description = "Work with the audit log.",
    subcommands = AuditCommand.VerifyCommand.class,
    footer = {
      "",
      "Examples:",
      "  tiltmeter audit verify",
      "  tiltmeter audit verify --export audit.jsonl --json"
    })
final class AuditCommand extends GroupCommand {

  /** {@code tiltmeter audit verify}. */
  @Command(
      name = "verify",
      description = "Follow the chain of hashes and report the first entry that breaks it.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter audit verify",
        "  tiltmeter audit verify --export audit.jsonl --json"
      })
  static final class VerifyCommand implements Callable<Integer> {
    private static final int PAGE = 1000;

    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common;
    @Mixin private HomeOptions home;

    @Option(
        names = "--export",
        paramLabel = "FILE",
        description = "Verify this export (JSON Lines) and not the database.")
    private @Nullable Path export;

    /** What {@code audit verify --json} prints. */
    record CheckView(long entries, boolean valid, @Nullable Long firstBad) {}

    @Override
    public Integer call() {
      AuditCheck check = new AuditCheck();
      Path file = export;
      if (file == null) {
        readDatabase(check);
      } else {
        readExport(file, check);
      }
      print(new CheckView(check.entries(), check.firstBad() == null, check.firstBad()));
      return check.firstBad() == null ? ExitCode.OK : ExitCode.REFUSED;
    }

    private void print(CheckView view) {
      PrintWriter out = spec.commandLine().getOut();
      if (common.json()) {
        out.println(Json.line(view));
      } else if (view.valid()) {
        out.println("%d entries, the chain holds".formatted(view.entries()));
      } else {
        out.println(
            "%d entries, the chain breaks at entry %d; compare with an earlier export"
                .formatted(view.entries(), view.firstBad()));
      }
      out.flush();
    }

    private void readDatabase(AuditCheck check) {
      try (CommandDatabase open = CommandDatabase.open(home)) {
        readPages(open.database(), check);
      }
    }

    private static void readPages(Database database, AuditCheck check) {
      AuditStore store = new AuditStore(Clock.systemUTC());
      long last = Long.MIN_VALUE;
      for (List<AuditEntry> page = store.after(database, last, PAGE);
          !page.isEmpty();
          page = store.after(database, last, PAGE)) {
        page.forEach(check::next);
        last = page.getLast().sequence();
      }
    }

    private static void readExport(Path file, AuditCheck check) {
      try (BufferedReader lines = Files.newBufferedReader(file)) {
        long number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          check.next(entry(file, ++number, line));
        }
      } catch (IOException e) {
        throw new CommandException(
            "expected an export of the audit log at %s, found %s"
                .formatted(file, Files.exists(file) ? e.getClass().getSimpleName() : "nothing"),
            e);
      }
    }

    private static AuditEntry entry(Path file, long number, String line) {
      try {
        JsonNode node = Json.MAPPER.readTree(line);
        Map<String, String> details = new LinkedHashMap<>();
        node.path("details")
            .properties()
            .forEach(member -> details.put(member.getKey(), member.getValue().asString()));
        return new AuditEntry(
            node.path("sequence").asLong(0),
            Instant.parse(node.path("at").asString("")),
            node.path("actor").asString(""),
            node.path("action").asString(""),
            node.path("subject").asString(""),
            details,
            Digest.parse(node.path("previous").asString("")),
            Digest.parse(node.path("hash").asString("")));
      } catch (JacksonException | IllegalArgumentException | DateTimeParseException e) {
        throw new CommandException(
            "%s:%d: expected an entry of the audit log as one JSON object, found something else"
                .formatted(file, number),
            e);
      }
    }
  }
}
