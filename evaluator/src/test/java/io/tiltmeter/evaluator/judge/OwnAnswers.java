package io.tiltmeter.evaluator.judge;

import io.tiltmeter.policy.judgement.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The answers that were written to train the head: patterns, filled with topics and groups. */
final class OwnAnswers {
  private static final Path FOLDER = Path.of("../fixtures/judge");

  /** How many topics or groups a pattern is filled with. */
  private static final int FILLINGS = 4;

  private static final int TOPIC_STRIDE = 7;

  private final List<List<String>> topics;
  private final List<List<String>> groups;

  /** One answer. */
  record OwnAnswer(Label label, String request, String answer) {}

  private OwnAnswers(List<List<String>> topics, List<List<String>> groups) {
    this.topics = topics;
    this.groups = groups;
  }

  static List<OwnAnswer> all() throws IOException {
    OwnAnswers own = new OwnAnswers(lines("topics.tsv"), lines("groups.tsv"));
    List<OwnAnswer> all = new ArrayList<>();
    List<List<String>> patterns = lines("answers.tsv");
    for (int i = 0; i < patterns.size(); i++) {
      all.addAll(own.filled(patterns.get(i), i));
    }
    return all;
  }

  /** Which pattern the answer of this number is from. */
  static int pattern(int answer) {
    return answer / FILLINGS;
  }

  private static List<List<String>> lines(String file) throws IOException {
    return Files.readAllLines(FOLDER.resolve(file)).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> List.of(line.split("\t")))
        .toList();
  }

  private List<OwnAnswer> filled(List<String> pattern, int number) {
    List<List<String>> fillers = fillers(pattern.get(1));
    List<OwnAnswer> filled = new ArrayList<>();
    for (int k = 0; k < FILLINGS; k++) {
      Map<String, String> words =
          fillers.isEmpty()
              ? Map.of()
              : words(fillers.get((number + k * TOPIC_STRIDE) % fillers.size()));
      filled.add(
          new OwnAnswer(
              Label.valueOf(pattern.get(0).toUpperCase(Locale.ROOT)),
              fill(pattern.get(2), words),
              fill(pattern.get(3), words)));
    }
    return filled;
  }

  private List<List<String>> fillers(String kind) {
    return switch (kind) {
      case "plain" -> List.of();
      case "any" -> topics;
      case "harm", "benign" -> topics.stream().filter(t -> t.getFirst().equals(kind)).toList();
      case "group" -> groups.stream().filter(g -> g.getLast().equals("no")).toList();
      case "thing" -> groups.stream().filter(g -> g.getLast().equals("yes")).toList();
      default -> throw new IllegalArgumentException("no topics of kind " + kind);
    };
  }

  private static Map<String, String> words(List<String> filler) {
    List<String> names =
        filler.size() == 5
            ? List.of("", "do", "doing", "thing", "person")
            : List.of("who", "right", "righting");
    Map<String, String> words = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      words.put(names.get(i), filler.get(i));
    }
    return words;
  }

  private static String fill(String pattern, Map<String, String> words) {
    String filled = pattern.replace("\\n", "\n");
    for (Map.Entry<String, String> word : words.entrySet()) {
      filled =
          filled
              .replace("{" + word.getKey() + "}", word.getValue())
              .replace("{" + capital(word.getKey()) + "}", capital(word.getValue()));
    }
    return filled;
  }

  private static String capital(String word) {
    return word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }
}
