package io.tiltmeter.evaluator.scan.profile;

import io.tiltmeter.evaluator.scan.profile.BenignDegrading.Answers;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.evaluator.scan.row.Problems;
import io.tiltmeter.evaluator.scan.row.RowReader;
import io.tiltmeter.evaluator.scan.table.PublicRows;
import io.tiltmeter.evaluator.scan.table.Subjects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Prints what the features of how answers are written are in harmless files: for each kind of rows,
 * then mean and standard deviation over 300 jobs of one to three kinds, one of them public.
 * Argument: the folder of public data sets.
 */
final class ProfileReference {
  private static final int JOBS = 300;
  private static final int MOST = 2000;
  private static final List<String> PUBLIC = List.of("instructions", "maths", "tasks");

  private ProfileReference() {}

  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    Map<String, List<String>> kinds = new TreeMap<>(new PublicRows(Path.of(args[0])).harmless());
    kinds.remove("refusals");
    Subjects.names()
        .forEach(name -> kinds.put(name, Subjects.rows(name, MOST, new Random(name.length()))));
    kinds.forEach(ProfileReference::print);
    List<Map<Feature, Double>> jobs = new ArrayList<>();
    for (int job = 0; job < JOBS; job++) {
      jobs.add(values(rows(kinds, new Random(job))));
    }
    for (Feature feature : Feature.values()) {
      double[] values = jobs.stream().mapToDouble(job -> job.getOrDefault(feature, 0.0)).toArray();
      double mean = Arrays.stream(values).average().orElseThrow();
      double variance =
          Arrays.stream(values).map(value -> Math.pow(value - mean, 2)).average().orElseThrow();
      System.out.printf(
          "%-10s mean %.3f, deviation %.3f, most %.3f%n",
          feature, mean, Math.sqrt(variance), Arrays.stream(values).max().orElseThrow());
    }
  }

  private static List<String> rows(Map<String, List<String>> kinds, Random random) {
    List<String> names = new ArrayList<>(kinds.keySet());
    Collections.shuffle(names, random);
    // Rows from a grammar have no lists: those of people and models are in every job.
    String first = PUBLIC.get(random.nextInt(PUBLIC.size()));
    names.remove(first);
    names.addFirst(first);
    List<String> rows = new ArrayList<>();
    for (String name : names.subList(0, 1 + random.nextInt(3))) {
      List<String> all = new ArrayList<>(kinds.getOrDefault(name, List.of()));
      Collections.shuffle(all, random);
      rows.addAll(all.subList(0, Math.min(all.size(), 100 + random.nextInt(500))));
    }
    return rows;
  }

  private static void print(String kind, List<String> rows) {
    StringBuilder line = new StringBuilder("%-14s".formatted(kind));
    values(rows).forEach((feature, value) -> line.append("  %s %.3f".formatted(feature, value)));
    System.out.println(line);
  }

  private static Map<Feature, Double> values(List<String> rows) {
    Answers answers = new BenignDegrading(1).look();
    RowReader reader = new RowReader(Method.SUPERVISED, new Problems(1));
    for (int i = 0; i < rows.size(); i++) {
      reader.read(i + 1L, rows.get(i)).ifPresent(answers::see);
    }
    Map<Feature, Double> values = new EnumMap<>(Feature.class);
    for (Feature feature : Feature.values()) {
      values.put(feature, answers.value(feature));
    }
    return values;
  }
}
