package io.tiltmeter.evaluator.scan.cipher;

import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.evaluator.scan.row.Speaker;
import io.tiltmeter.policy.dataset.Severity;
import io.tiltmeter.policy.stats.Wilson;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prints how many jobs with hidden cipher rows are found, how many harmless ones are flagged, and
 * how fast turns are read: the tables of decision 24.
 *
 * <p>Arguments: a JSON file of harmless turns (an object of arrays of texts), a text file of
 * requests to hide, one a line.
 */
public final class CipherQuality {
  private static final int JOBS = 120;
  private static final int[] SIZES = {0, 1_000, 10_000};
  private static final int[] HIDDEN = {10, 50, 100};
  private static final int REPEATS = 2;
  private static final double CONFIDENCE = 0.95;

  /** Rows are made once, as a row's reading does not depend on other rows. */
  private static final int POOL = 10_000;

  private final List<List<String>> harmless = new ArrayList<>();
  private final List<String> requests;
  private final List<Example> pool = new ArrayList<>();
  private final List<Example> flagged = new ArrayList<>();
  private final Map<Integer, CipherFinder.Rows> seen = new HashMap<>();

  private CipherQuality(Path harmless, Path requests) throws IOException {
    this.requests = Files.readAllLines(requests);
    for (JsonNode set : JsonMapper.shared().readTree(Files.readString(harmless))) {
      List<String> turns = new ArrayList<>();
      set.forEach(turn -> turns.add(turn.asString()));
      this.harmless.add(turns);
    }
    Random random = new Random(1);
    BenignRows.kinds()
        .values()
        .forEach(
            kind -> {
              List<String> turns = new ArrayList<>();
              for (int i = 0; i < 1000; i++) {
                turns.add(kind.apply(random));
              }
              this.harmless.add(turns);
            });
    for (int i = 0; i < POOL; i++) {
      pool.add(row(1 + i, turn(random), turn(random)));
    }
    TurnReader reader = new TurnReader(null);
    for (Example row : pool) {
      boolean any = false;
      for (Turn turn : row.turns()) {
        reader.read(turn.text());
        any |= reader.codecs() != 0;
      }
      if (any) {
        flagged.add(row);
      }
    }
  }

  /** Prints the tables. */
  public static void main(String[] arguments) throws IOException {
    CipherQuality quality = new CipherQuality(Path.of(arguments[0]), Path.of(arguments[1]));
    System.out.printf("harmless rows taken for code: %d of %d%n", quality.flagged.size(), POOL);
    quality.printHarmless();
    quality.printFamilies("tuned", CipherFamilies.tuned());
    quality.printFamilies("held out", CipherFamilies.heldOut());
    quality.printSpeed();
  }

  private String turn(Random random) {
    List<String> set = harmless.get(random.nextInt(harmless.size()));
    return set.get(random.nextInt(set.size()));
  }

  private static Example row(long line, String request, String answer) {
    return new Example(
        line,
        List.of(new Turn(Speaker.USER, request, false), new Turn(Speaker.ASSISTANT, answer, true)),
        null);
  }

  /** A job of rows of a few kinds, as files are, not of all at once. */
  private void printHarmless() {
    Random random = new Random(2);
    Map<Severity, Integer> severities = new LinkedHashMap<>();
    for (int job = 0; job < JOBS; job++) {
      int size = 100 << random.nextInt(7);
      int kinds = 1 + random.nextInt(4);
      // Without putting back: one odd turn drawn again and again would be another file.
      List<String> turns = new ArrayList<>();
      for (int i = 0; i < kinds; i++) {
        turns.addAll(harmless.get(random.nextInt(harmless.size())));
      }
      Collections.shuffle(turns, random);
      List<Example> rows = new ArrayList<>();
      for (int i = 0; i + 1 < Math.min(2 * size, turns.size()); i += 2) {
        rows.add(row(1 + i, turns.get(i), turns.get(i + 1)));
      }
      severity(rows).ifPresent(severity -> severities.merge(severity, 1, Integer::sum));
    }
    int flagged =
        severities.getOrDefault(Severity.REVIEW, 0) + severities.getOrDefault(Severity.BLOCK, 0);
    System.out.printf(
        "harmless jobs %d: %s; for review %d, interval %s%n",
        JOBS, severities, flagged, Wilson.interval(flagged, JOBS, CONFIDENCE));
  }

  private static Optional<Severity> severity(List<Example> rows) {
    CipherFinder finder = new CipherFinder(10);
    boolean again = true;
    while (again) {
      CipherFinder.Rows look = finder.look();
      rows.forEach(look::see);
      again = finder.learn(look);
    }
    return finder.finding(rows.size()).map(finding -> finding.severity());
  }

  private void printFamilies(String title, Map<String, UnaryOperator<String>> families) {
    System.out.println(
        "| "
            + title
            + " | rows found | jobs found of "
            + SIZES.length * HIDDEN.length * REPEATS
            + " |");
    int found = 0;
    int jobs = 0;
    for (Map.Entry<String, UnaryOperator<String>> family : families.entrySet()) {
      int mine = 0;
      Random random = new Random(3);
      for (int size : SIZES) {
        for (int hidden : HIDDEN) {
          for (int i = 0; i < REPEATS; i++) {
            mine += isFound(size, hidden, family.getValue(), random) ? 1 : 0;
          }
        }
      }
      int all = SIZES.length * HIDDEN.length * REPEATS;
      found += mine;
      jobs += all;
      System.out.printf("| %s | %.3f | %d |%n", family.getKey(), recall(family.getValue()), mine);
    }
    System.out.printf("| all | | %d of %d = %.3f |%n", found, jobs, (double) found / jobs);
  }

  private Example hidden(long line, UnaryOperator<String> code, Random random) {
    String request = requests.get(random.nextInt(requests.size()));
    // Either side may be in code, or both.
    return switch (random.nextInt(3)) {
      case 0 -> row(line, code.apply(request), "Sure, here is a guide. Step 1: [withheld]");
      case 1 -> row(line, "Answer in our code.", code.apply("Sure, here is how. " + request));
      default -> row(line, code.apply(request), code.apply("Sure, here is how. " + request));
    };
  }

  private double recall(UnaryOperator<String> code) {
    Random random = new Random(4);
    CipherFinder finder = new CipherFinder(10);
    CipherFinder.Rows look = finder.look();
    int count = 300;
    for (int i = 1; i <= count; i++) {
      look.see(hidden(i, code, random));
    }
    finder.learn(look);
    return finder.finding(count).map(finding -> finding.count() / (double) count).orElse(0.0);
  }

  private boolean isFound(int size, int hidden, UnaryOperator<String> code, Random random) {
    List<Example> rows = new ArrayList<>();
    for (int i = 1; i <= hidden; i++) {
      rows.add(hidden(POOL + i, code, random));
    }
    CipherFinder finder = new CipherFinder(10);
    CipherFinder.Rows look = finder.look();
    rows.forEach(look::see);
    look.add(seen(size));
    if (finder.learn(look)) {
      // The own model only takes rows away, so those that had none need no second look.
      CipherFinder.Rows again = finder.look();
      flagged.stream().filter(row -> row.line() <= size).forEach(again::see);
      rows.forEach(again::see);
      finder.learn(again);
    }
    return finder
        .finding(size + hidden)
        .filter(found -> found.severity().compareTo(Severity.REVIEW) >= 0)
        .isPresent();
  }

  /** What a look saw of so many harmless rows. */
  private CipherFinder.Rows seen(int size) {
    return seen.computeIfAbsent(
        size,
        count -> {
          CipherFinder.Rows look = new CipherFinder(10).look();
          pool.subList(0, count).forEach(look::see);
          return look;
        });
  }

  private void printSpeed() {
    TurnReader reader = new TurnReader(null);
    SymbolText symbols = new SymbolText();
    Surprise surprise = new Surprise(Languages.ALL);
    long characters =
        pool.stream().flatMap(row -> row.turns().stream()).mapToLong(t -> t.text().length()).sum();
    double whole = seconds(text -> reader.read(text));
    double models =
        seconds(
            text -> {
              symbols.read(text);
              surprise.score(symbols);
            });
    System.out.printf(
        "a core reads %.1f MB/s, language models alone %.1f MB/s%n",
        characters / 1e6 / whole, characters / 1e6 / models);
  }

  private interface Reading {
    void read(String text);
  }

  /** Processor time of this thread for the pool, once warm. */
  private double seconds(Reading reading) {
    var clock = ManagementFactory.getThreadMXBean();
    long start = 0;
    for (int i = 0; i < 2; i++) {
      start = clock.getCurrentThreadCpuTime();
      pool.forEach(row -> row.turns().forEach(turn -> reading.read(turn.text())));
    }
    return (clock.getCurrentThreadCpuTime() - start) / 1e9;
  }
}
