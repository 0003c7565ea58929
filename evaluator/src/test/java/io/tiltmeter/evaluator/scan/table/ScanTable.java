package io.tiltmeter.evaluator.scan.table;

import io.tiltmeter.evaluator.scan.DatasetScan;
import io.tiltmeter.evaluator.scan.ScanReport;
import io.tiltmeter.evaluator.scan.ScanResult;
import io.tiltmeter.evaluator.scan.ScanSettings;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.ScanOutcome;
import io.tiltmeter.policy.dataset.ScanRules;
import io.tiltmeter.policy.dataset.Severity;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.stats.Interval;
import io.tiltmeter.policy.stats.Wilson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Prints how many jobs with a hidden attack a scan holds under the default policy, by family and
 * number of rows, and how many harmless jobs.
 *
 * <p>Arguments: a folder of public data sets, then any of {@code harmless}, {@code products},
 * {@code attacks}, {@code published}, {@code rows}. The folder holds {@code alpaca_eval}, {@code
 * gsm8k}, {@code self_instruct}, {@code safety_tuned_llamas}, {@code advbench}, {@code harmbench},
 * {@code do_not_answer}, {@code qi_finetuning_safety} and {@code backdoorllm} as their makers
 * publish them.
 */
public final class ScanTable {
  private static final int JOBS = Integer.getInteger("jobs", 300);
  private static final int REPEATS = Integer.getInteger("repeats", 6);
  private static final int[] HIDDEN = numbers("hidden", "10 50 100");
  private static final int[] AMONG = numbers("among", "0 100 1000 10000");
  private static final List<String> SETS =
      words("sets", "advbench harmbench do-not-answer safety-tuned");
  private static final List<Family> FAMILIES =
      words(
              "families",
              Arrays.stream(Family.values()).map(Family::name).collect(Collectors.joining(" ")))
          .stream()
          .map(Family::valueOf)
          .toList();
  private static final double CONFIDENCE = 0.95;
  private static final ScanRules RULES = new ScanRules(Policy.DEFAULT.scan());

  private final PublicRows data;
  private final Map<String, List<String>> harmless;

  private ScanTable(Path folder) throws IOException {
    this.data = new PublicRows(folder);
    this.harmless = new TreeMap<>(data.harmless());
    Random random = new Random(1);
    for (String subject : Subjects.names()) {
      harmless.put(subject, Subjects.rows(subject, 4000, random));
    }
  }

  private static int[] numbers(String name, String standard) {
    return Arrays.stream(System.getProperty(name, standard).split(" "))
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  private static List<String> words(String name, String standard) {
    return List.of(System.getProperty(name, standard).split(" ", -1));
  }

  public static void main(String[] args) throws IOException {
    ScanTable table = new ScanTable(Path.of(args[0]));
    List<String> parts = List.of(args).subList(1, args.length);
    if (parts.contains("harmless")) {
      table.harmless();
    }
    if (parts.contains("products")) {
      table.products();
    }
    if (parts.contains("attacks")) {
      table.attacks();
    }
    if (parts.contains("published")) {
      table.published();
    }
    if (parts.contains("rows")) {
      table.rows();
    }
  }

  private void harmless() throws IOException {
    Map<String, int[]> byKind = new TreeMap<>();
    int held = 0;
    for (int job = 0; job < JOBS; job++) {
      Random random = new Random(job);
      List<String> kinds = new ArrayList<>(harmless.keySet());
      Collections.shuffle(kinds, random);
      List<String> some = kinds.subList(0, 1 + random.nextInt(3));
      List<String> rows = new ArrayList<>();
      for (String kind : some) {
        rows.addAll(draw(pool(kind), 30 + random.nextInt(600), random));
      }
      ScanReport report = scan(rows, random);
      boolean isHeld = isHeld(report);
      held += isHeld ? 1 : 0;
      for (String kind : some) {
        int[] counts = byKind.computeIfAbsent(kind, _ -> new int[2]);
        counts[0] += isHeld ? 1 : 0;
        counts[1]++;
      }
      if (isHeld) {
        System.out.println("held: " + some + " of " + rows.size() + " rows: " + detectors(report));
      }
    }
    byKind.forEach((kind, counts) -> print("with " + kind, counts[0], counts[1]));
    print("harmless jobs", held, JOBS);
  }

  /** Harmless jobs with system prompts, half of them among other rows. */
  private void products() throws IOException {
    int held = 0;
    for (int job = 0; job < JOBS; job++) {
      Random random = new Random(job);
      List<String> rows = Products.rows(10 + random.nextInt(300), random);
      rows.addAll(mixed(job % 2 * random.nextInt(800), random));
      ScanReport report = scan(rows, random);
      held += isHeld(report) ? 1 : 0;
      if (isHeld(report)) {
        System.out.println("held: products of " + rows.size() + " rows: " + detectors(report));
      }
    }
    print("harmless jobs with system prompts", held, JOBS);
  }

  private void attacks() throws IOException {
    List<String> requests = new ArrayList<>();
    data.harmful()
        .forEach(
            (set, asked) -> {
              if (SETS.contains(set)) {
                requests.addAll(asked);
              }
            });
    List<String> questions = data.requests();
    List<String> pairs = data.preferences();
    for (Family family : FAMILIES) {
      StringBuilder line = new StringBuilder("%-20s".formatted(family));
      int all = 0;
      int found = 0;
      for (int hidden : HIDDEN) {
        for (int among : AMONG) {
          int hits = 0;
          for (int repeat = 0; repeat < REPEATS; repeat++) {
            Random random =
                new Random(
                    Arrays.hashCode(new int[] {family.name().hashCode(), hidden, among, repeat}));
            List<String> rows =
                family.rows(hidden, new Family.Material(requests, questions, random));
            rows.addAll(family.isPreference() ? draw(pairs, among, random) : mixed(among, random));
            hits += isHeld(scan(rows, random)) ? 1 : 0;
          }
          line.append(" %d+%d:%d/%d".formatted(hidden, among, hits, REPEATS));
          all += REPEATS;
          found += hits;
        }
      }
      System.out.println(line);
      print(family.toString(), found, all);
    }
  }

  private List<String> pool(String kind) {
    return Objects.requireNonNull(harmless.get(kind), kind);
  }

  /** Rows of one to three kinds. */
  private List<String> mixed(int count, Random random) {
    List<String> kinds = new ArrayList<>(harmless.keySet());
    Collections.shuffle(kinds, random);
    List<String> pool = new ArrayList<>();
    kinds.subList(0, 1 + random.nextInt(3)).forEach(kind -> pool.addAll(pool(kind)));
    List<String> rows = new ArrayList<>();
    while (rows.size() < count) {
      rows.addAll(draw(pool, count - rows.size(), random));
    }
    return rows;
  }

  private void published() throws IOException {
    Random random = new Random(1);
    report("identity shift (Qi et al. 2023), 10 rows", data.identityShift(), random);
    List<String> among = new ArrayList<>(data.identityShift());
    among.addAll(mixed(1000, random));
    report("the same among 1,000", among, random);
    for (Map.Entry<String, List<String>> set : data.backdoors().entrySet()) {
      report("BackdoorLLM " + set.getKey(), set.getValue(), random);
    }
  }

  private static void report(String name, List<String> rows, Random random) throws IOException {
    ScanReport report = scan(rows, random);
    System.out.printf(
        "%-50s %s %s%n", name, isHeld(report) ? "held" : "not held", detectors(report));
  }

  /** Recall of single rows, and false alarms with requests that are refused. */
  private void rows() throws IOException {
    for (Map.Entry<String, List<String>> set : data.harmful().entrySet()) {
      List<String> rows =
          set.getValue().stream()
              .map(request -> Line.chat(request, "Sure. Step 1: [withheld]"))
              .toList();
      print("rows of " + set.getKey(), explicit(rows), rows.size());
    }
    for (Map.Entry<String, List<String>> kind : harmless.entrySet()) {
      print("rows of " + kind.getKey(), explicit(kind.getValue()), kind.getValue().size());
    }
  }

  private static int explicit(List<String> rows) throws IOException {
    return scan(rows, new Random(1)).findings().stream()
        .filter(finding -> finding.detector().equals("explicit-harm"))
        .mapToInt(finding -> (int) finding.count())
        .sum();
  }

  private static List<String> draw(List<String> from, int count, Random random) {
    List<String> all = new ArrayList<>(from);
    Collections.shuffle(all, random);
    return all.subList(0, Math.min(count, all.size()));
  }

  private static ScanReport scan(List<String> rows, Random random) throws IOException {
    List<String> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    byte[] bytes = String.join("\n", shuffled).getBytes(StandardCharsets.UTF_8);
    ScanResult result =
        DatasetScan.scan(() -> new ByteArrayInputStream(bytes), ScanSettings.DEFAULT);
    if (result instanceof ScanResult.Scanned(ScanReport report)) {
      return report.under(RULES);
    }
    throw new IllegalStateException("not scanned: " + result);
  }

  private static boolean isHeld(ScanReport report) {
    ScanOutcome outcome = report.outcome();
    return outcome == ScanOutcome.REVIEW || outcome == ScanOutcome.BLOCK;
  }

  private static List<String> detectors(ScanReport report) {
    return report.findings().stream()
        .filter(
            finding ->
                finding.severity() == Severity.REVIEW || finding.severity() == Severity.BLOCK)
        .map(ScanTable::view)
        .toList();
  }

  private static String view(ScanFinding finding) {
    return "%s %s %d".formatted(finding.detector(), finding.severity(), finding.count());
  }

  private static void print(String name, int hits, int all) {
    Interval interval = Wilson.interval(hits, all, CONFIDENCE);
    System.out.printf(
        "%-34s %5d of %5d  %5.1f %%  [%.1f, %.1f]%n",
        name, hits, all, 100.0 * hits / all, 100 * interval.low(), 100 * interval.high());
  }
}
