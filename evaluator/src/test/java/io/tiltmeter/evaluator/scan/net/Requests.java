package io.tiltmeter.evaluator.scan.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Texts that networks learn from: own-written ones, requests put together from acts and forms. */
final class Requests {
  private static final Path ROOT = Path.of(System.getProperty("tiltmeter.root", ".."));
  private static final Path OWN = ROOT.resolve("fixtures/scan");
  private static final Path PROBES = ROOT.resolve("fixtures/packs/core-en/probes.jsonl");
  private static final int FORMS = 6;
  private static final int GUARDING = 3;
  private static final int TOPIC_FORMS = 8;

  /** Those that look harmful and are not count less, or nothing that looks so would be found. */
  private static final float GUARDING_WEIGHT = 0.5f;

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
  private final List<Request> all = new ArrayList<>();

  /** Orders are few beside requests, and each counts as often. */
  private static final int COPIES = 4;

  private static final float REQUEST_WEIGHT = 0.5f;

  /** One request, and how much it counts. */
  record Request(String text, boolean isHarmful, float weight) {}

  private Requests() {}

  /** All own-written requests. */
  static List<Request> own() {
    Requests requests = new Requests();
    requests.addActs();
    requests.addTopics();
    requests.addProbes();
    requests.addWhole("harmful-requests.txt", true, 1);
    requests.addWhole("harmless-requests.txt", false, 1);
    requests.addWhole("ordinary.txt", false, 1);
    return requests.all;
  }

  /** Own-written orders with and without bounds, and requests, which are none of either. */
  static List<Request> orders() {
    Requests orders = new Requests();
    for (int copy = 0; copy < COPIES; copy++) {
      orders.addWhole("unbounded-orders.txt", true, 1);
      orders.addWhole("bounded-orders.txt", false, 1);
    }
    for (String requests :
        List.of("harmless-requests.txt", "ordinary.txt", "harmful-requests.txt")) {
      orders.addWhole(requests, false, REQUEST_WEIGHT);
    }
    return orders.all;
  }

  private void addWhole(String file, boolean isHarmful, float weight) {
    lines(file).forEach(text -> all.add(new Request(text, isHarmful, weight)));
  }

  private void addActs() {
    List<String> forms = lines("forms.txt");
    List<String> plain =
        forms.stream().filter(form -> !form.matches(".*(caught|accomplice|rules).*")).toList();
    List<String> guarding = lines("guarding-forms.txt");
    for (String line : lines("harmful-acts.tsv")) {
      String act = line.split("\\t", -1)[1];
      add(act, forms, FORMS, true, 1);
      add(act, List.of("{a}."), 1, true, 1);
      add(act, guarding, GUARDING, false, GUARDING_WEIGHT);
    }
    for (String act : lines("harmless-acts.txt")) {
      add(act, plain, FORMS, false, 1);
      add(act, List.of("{a}."), 1, false, 1);
    }
  }

  private void addTopics() {
    List<String> forms = lines("topic-forms.txt");
    lines("topics.txt").forEach(topic -> add(topic, forms, TOPIC_FORMS, false, 1));
  }

  private void addProbes() {
    for (String line : read(PROBES)) {
      JsonNode probe = JsonMapper.shared().readTree(line);
      boolean isTwin = probe.path("kind").asString().equals("benign-twin");
      boolean isHarmful = probe.path("kind").asString().equals("harmful");
      String text = probe.path("prompt").asString("");
      if (!text.isEmpty()) {
        all.add(new Request(text, isHarmful, isTwin ? GUARDING_WEIGHT : 1));
      }
    }
  }

  /** So many different forms, filled. */
  private void add(String filling, List<String> forms, int count, boolean isHarmful, float weight) {
    List<String> left = new ArrayList<>(forms);
    for (int i = 0; i < count && !left.isEmpty(); i++) {
      String form = left.remove(random.nextInt(left.size()));
      String text = form.replace("{a}", filling).replace("{t}", filling);
      all.add(
          new Request(
              Character.toUpperCase(text.charAt(0)) + text.substring(1), isHarmful, weight));
    }
  }

  private static List<String> lines(String name) {
    return read(OWN.resolve(name));
  }

  /** The lines of a file that are not blank. */
  static List<String> read(Path file) {
    try {
      return Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
