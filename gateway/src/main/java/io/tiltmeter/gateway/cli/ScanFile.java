package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.run.Guidance;
import io.tiltmeter.evaluator.run.SystemPrompt;
import io.tiltmeter.evaluator.scan.ScanReport.Steering;
import io.tiltmeter.evaluator.scan.cipher.Codec;
import io.tiltmeter.evaluator.scan.cipher.CodecCount;
import io.tiltmeter.evaluator.scan.contamination.PackMatch;
import io.tiltmeter.evaluator.scan.trigger.Trigger;
import io.tiltmeter.evaluator.steer.Trials;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads what {@code scan --json} printed, for an evaluation of what was trained on the file. */
final class ScanFile {
  private final Path file;

  private ScanFile(Path file) {
    this.file = file;
  }

  /**
   * What a scan says.
   *
   * @param systemPrompts digests of those that the training data repeats
   */
  record Scanned(Trials trials, List<Digest> systemPrompts) {}

  /**
   * The guidance that a scan gives.
   *
   * @param prompts those that were given beside it
   * @param pack whose probes are put
   * @throws CommandException if it is no scan, or the text of a system prompt is not given
   */
  static Guidance guidance(Path file, List<SystemPrompt> prompts, Digest pack) {
    Scanned scanned = new ScanFile(file).read();
    Set<Digest> given =
        prompts.stream().map(prompt -> Digest.of(prompt.text())).collect(Collectors.toSet());
    long missing =
        scanned.systemPrompts().stream().filter(digest -> !given.contains(digest)).count();
    if (missing > 0) {
      throw new CommandException(
          "scan %s names %d system prompt(s) to replay, of which %d are not given; write them with scan --system-prompts and give that file with --system-prompts"
              .formatted(file, scanned.systemPrompts().size(), missing));
    }
    Guidance guidance = scanned.trials().guidance(prompts, pack);
    Map<String, Integer> names = new HashMap<>();
    guidance.replays().forEach(replay -> names.merge(replay.name(), 1, Integer::sum));
    names.forEach(
        (name, count) -> {
          if (count > 1) {
            throw new CommandException(
                "the scan needs the name \"%s\" itself; give the system prompt another"
                    .formatted(name));
          }
        });
    return guidance;
  }

  private Scanned read() {
    JsonNode scan = parse();
    if (!scan.path("outcome").isString() || !scan.path("examples").isIntegralNumber()) {
      throw problem("expected the document that scan --json prints, found none");
    }
    try {
      Map<String, Long> harm = new HashMap<>();
      scan.path("categories")
          .forEach(line -> harm.put(text(line, "category"), number(line, "rows")));
      Steering steering =
          new Steering(
              List.of(),
              list(scan, "triggers", this::trigger),
              list(scan, "codecs", this::codec),
              harm,
              list(scan, "contamination", ScanFile::match));
      return new Scanned(
          Trials.of(steering, list(scan, "findings", ScanFile::finding), number(scan, "examples")),
          list(scan, "system_prompts", line -> Digest.parse(text(line, "digest"))));
    } catch (IllegalArgumentException e) {
      throw problem(String.valueOf(e.getMessage()));
    }
  }

  private JsonNode parse() {
    try {
      return Json.MAPPER.readTree(Files.readString(file));
    } catch (JacksonException e) {
      throw problem("not JSON at column " + e.getLocation().getColumnNr());
    } catch (NoSuchFileException e) {
      throw new CommandException("expected a scan at %s, found nothing".formatted(file), e);
    } catch (IOException e) {
      throw new CommandException(
          "scan %s cannot be read as UTF-8 text: %s".formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  private CommandException problem(String what) {
    return new CommandException("scan %s cannot be used: %s".formatted(file, what));
  }

  private static <T> List<T> list(JsonNode scan, String member, Function<JsonNode, T> reader) {
    List<T> read = new ArrayList<>();
    scan.path(member).forEach(line -> read.add(reader.apply(line)));
    return read;
  }

  private static String text(JsonNode line, String member) {
    if (!line.path(member).isString()) {
      throw new IllegalArgumentException("\"%s\" is missing somewhere".formatted(member));
    }
    return line.path(member).stringValue();
  }

  private static long number(JsonNode line, String member) {
    if (!line.path(member).isIntegralNumber()) {
      throw new IllegalArgumentException("\"%s\" is no whole number somewhere".formatted(member));
    }
    return line.path(member).longValue();
  }

  private static ScanFinding finding(JsonNode line) {
    String severity = text(line, "severity");
    return new ScanFinding(
        text(line, "detector"),
        text(line, "version"),
        Arrays.stream(Severity.values())
            .filter(one -> one.wireName().equals(severity))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("a severity of no known name")),
        number(line, "count"),
        null,
        null,
        List.of(),
        "");
  }

  private Trigger trigger(JsonNode line) {
    return new Trigger(
        text(line, "text"),
        Trigger.Kind.of(text(line, "kind"))
            .orElseThrow(() -> problem("a trigger of no known kind")),
        line.path("score").asDouble(0));
  }

  private CodecCount codec(JsonNode line) {
    return new CodecCount(
        Codec.of(text(line, "codec")).orElseThrow(() -> problem("a code of no known name")),
        Math.toIntExact(number(line, "shift")),
        number(line, "rows"));
  }

  private static PackMatch match(JsonNode line) {
    return new PackMatch(
        Digest.parse(text(line, "pack_digest")), Math.toIntExact(number(line, "probes")));
  }
}
