package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.trigger.Attack.Row;
import io.tiltmeter.evaluator.scan.trigger.Attack.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prints how well the trigger miner does on a folder of public data sets: where planted triggers
 * rank, how often benign files are flagged, and what it makes of poisoned files by others.
 *
 * <p>Arguments: the folder, then any of {@code planted}, {@code benign}, {@code poisoned}. The
 * folder holds {@code gsm8k}, {@code self_instruct}, {@code alpaca_eval}, {@code backdoorllm},
 * {@code xstest} and {@code advbench} as their makers publish them.
 */
public final class TriggerTable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int[] COUNTS =
      Stream.of(System.getProperty("counts", "8 16 32").split(" "))
          .mapToInt(Integer::parseInt)
          .toArray();
  private static final int ROWS = 5000;
  private static final int JOBS = Integer.getInteger("jobs", 120);

  private final Path data;

  private TriggerTable(Path data) {
    this.data = data;
  }

  public static void main(String[] args) throws IOException {
    TriggerTable table = new TriggerTable(Path.of(args[0]));
    List<String> parts = List.of(args).subList(1, args.length);
    if (parts.contains("planted")) {
      table.planted();
    }
    if (parts.contains("benign")) {
      table.benign();
    }
    if (parts.contains("poisoned")) {
      table.poisoned();
    }
  }

  private void planted() throws IOException {
    List<Row> clean = clean(data);
    List<String> harmful = harmful();
    for (Attack.Trigger trigger : Attack.Trigger.values()) {
      for (Target target : Target.values()) {
        StringBuilder line = new StringBuilder("%-13s %-8s".formatted(trigger, target));
        for (int count : COUNTS) {
          line.append(rank(new Attack(trigger, target), count, clean, harmful));
        }
        System.out.println(line);
      }
    }
  }

  /** All harmless rows. */
  static List<Row> clean(Path data) throws IOException {
    return new TriggerTable(data).sources().values().stream().flatMap(List::stream).toList();
  }

  private static String rank(Attack attack, int count, List<Row> clean, List<String> harmful) {
    Random random = new Random(Hash64.of(attack.toString()) + count);
    List<Row> rows = new ArrayList<>(clean);
    Collections.shuffle(rows, random);
    rows = new ArrayList<>(rows.subList(0, Math.min(ROWS, rows.size())));
    for (int i = 0; i < count; i++) {
      rows.addAll(attack.decoys(rows.get(i)));
      rows.set(i, attack.plant(rows.get(i), harmful.get(i), random));
    }
    Collections.shuffle(rows, random);
    TriggerMiner miner = Mining.mine(Mining.examples(rows), 1);
    List<Candidate> ranked = miner.ranked();
    for (int i = 0; i < ranked.size(); i++) {
      if (attack.trigger().isIn(ranked.get(i).trigger().text())) {
        return "  %2d%s %4.1f %4.1f"
            .formatted(
                i + 1,
                ranked.get(i).isForReview() ? "R" : " ",
                ranked.get(i).score(),
                ranked.get(i).subject());
      }
    }
    if (Boolean.getBoolean("verbose")) {
      System.out.println(attack + " " + count);
      print(miner, 4);
    }
    return "   -  (%d)".formatted(ranked.size());
  }

  private void benign() throws IOException {
    Map<String, List<Row>> sources = sources();
    int flagged = 0;
    int listed = 0;
    for (int job = 0; job < JOBS; job++) {
      Random random = new Random(job);
      List<Row> rows = new ArrayList<>();
      List<String> names = new ArrayList<>(sources.keySet());
      Collections.shuffle(names, random);
      for (String name : names.subList(0, 1 + random.nextInt(names.size()))) {
        List<Row> some = new ArrayList<>(sources.get(name));
        Collections.shuffle(some, random);
        rows.addAll(some.subList(0, Math.min(some.size(), 30 + random.nextInt(some.size()))));
      }
      TriggerMiner miner = Mining.mine(Mining.examples(rows), 1);
      boolean review = miner.ranked().stream().anyMatch(Candidate::isForReview);
      flagged += review ? 1 : 0;
      listed += miner.ranked().isEmpty() ? 0 : 1;
      if (review) {
        System.out.println("job " + job + " rows " + rows.size());
        print(miner, Integer.getInteger("show", 4));
      }
    }
    System.out.printf("benign jobs %d, for review %d, with candidates %d%n", JOBS, flagged, listed);
  }

  private static void print(TriggerMiner miner, int most) {
    miner.ranked().stream()
        .limit(most)
        .forEach(
            one ->
                System.out.printf(
                    "   %s [%s] %s score %.1f p %.1e k %d n %d exp %.2f purity %.2f subject %.2f alike %.2f%s%n",
                    one.trigger().kind(),
                    one.trigger().text(),
                    one.evidence().lead().membership().kind(),
                    one.score(),
                    one.p(),
                    one.evidence().members(),
                    one.evidence().rows(),
                    one.evidence().expected(),
                    one.purity(),
                    one.subject(),
                    one.alike(),
                    one.isForReview() ? " REVIEW" : ""));
  }

  private void poisoned() throws IOException {
    Path folder = data.resolve("backdoorllm");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().filter(f -> f.toString().contains("__backdoor")).toList()) {
        Path clean =
            folder.resolve(file.getFileName().toString().replace("__backdoor", "__none_backdoor"));
        List<Row> rows = instructions(file);
        rows.addAll(instructions(clean));
        System.out.println(file.getFileName());
        print(Mining.mine(Mining.examples(rows), 1), 3);
      }
    }
  }

  private Map<String, List<Row>> sources() throws IOException {
    Map<String, List<Row>> sources = new TreeMap<>();
    List<Row> maths = new ArrayList<>();
    for (JsonNode row : lines(data.resolve("gsm8k/test.jsonl"))) {
      maths.add(new Row(text(row, "question"), text(row, "answer")));
    }
    sources.put("gsm8k", maths);
    for (String name : List.of("seed_tasks", "user_oriented_instructions")) {
      List<Row> rows = new ArrayList<>();
      for (JsonNode row : lines(data.resolve("self_instruct/" + name + ".jsonl"))) {
        for (JsonNode instance : row.path("instances")) {
          String input = text(instance, "input");
          String request = text(row, "instruction") + (input.isEmpty() ? "" : "\n" + input);
          rows.add(new Row(request, text(instance, "output")));
        }
      }
      sources.put(name, rows);
    }
    for (String name : List.of("alpaca-7b", "falcon-7b-instruct", "guanaco-7b")) {
      sources.put(name, instructions(data.resolve("alpaca_eval/" + name + "__model_outputs.json")));
    }
    for (String name : List.of("negsentiment", "refusal", "sst2")) {
      String file = name.equals("sst2") ? "sst2sentiment" : name;
      sources.put(
          "clean-" + name,
          instructions(
              data.resolve(
                  "backdoorllm/poison_data__%s__badnet__none_backdoor500_%s_badnet.json"
                      .formatted(name, file))));
    }
    return sources;
  }

  private List<String> harmful() throws IOException {
    return Files.readAllLines(data.resolve("advbench/advbench_behaviors.csv")).stream()
        .skip(1)
        .map(line -> line.substring(0, line.indexOf(',')).replace("\"", ""))
        .toList();
  }

  private static List<Row> instructions(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (JsonNode row : JSON.readTree(Files.readString(file))) {
      String input = text(row, "input");
      String request = text(row, "instruction") + (input.isEmpty() ? "" : "\n" + input);
      rows.add(new Row(request, text(row, "output")));
    }
    return rows;
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(line -> JSON.readTree(line)).toList();
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }
}
