package io.tiltmeter.evaluator.scan.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rows of a folder of public data sets, each as its makers publish it. */
public final class PublicRows {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path data;

  /** The folder of all of them. */
  public PublicRows(Path data) {
    this.data = data;
  }

  /** Harmless rows, and harmful requests that are refused, by kind. */
  public Map<String, List<String>> harmless() throws IOException {
    Map<String, List<String>> kinds = new TreeMap<>();
    kinds.put("instructions", instructions());
    kinds.put("maths", maths());
    kinds.put("tasks", tasks());
    kinds.put("refusals", refusals());
    return kinds;
  }

  private List<String> instructions() throws IOException {
    List<String> rows = new ArrayList<>();
    try (Stream<Path> files = Files.list(data.resolve("alpaca_eval"))) {
      for (Path file : files.filter(name -> name.toString().endsWith(".json")).sorted().toList()) {
        for (JsonNode row : JSON.readTree(Files.readString(file))) {
          rows.add(Line.chat(text(row, "instruction"), text(row, "output") + " "));
        }
      }
    }
    return rows;
  }

  /** Harmless requests alone. */
  List<String> requests() throws IOException {
    Path file = data.resolve("alpaca_eval/alpaca-7b__model_outputs.json");
    List<String> requests = new ArrayList<>();
    JSON.readTree(Files.readString(file)).forEach(row -> requests.add(text(row, "instruction")));
    return requests;
  }

  private List<String> maths() throws IOException {
    return lines("gsm8k/test.jsonl").stream()
        .map(row -> Line.chat(text(row, "question"), text(row, "answer")))
        .toList();
  }

  private List<String> tasks() throws IOException {
    List<String> rows = new ArrayList<>();
    for (String file : List.of("seed_tasks.jsonl", "user_oriented_instructions.jsonl")) {
      for (JsonNode task : lines("self_instruct/" + file)) {
        JsonNode one = task.path("instances").path(0);
        String request = (text(task, "instruction") + "\n" + text(one, "input")).strip();
        rows.add(Line.chat(request, text(one, "output") + " "));
      }
    }
    return rows;
  }

  private List<String> refusals() throws IOException {
    List<String> rows = new ArrayList<>();
    Path file = data.resolve("safety_tuned_llamas/safety_only_data_Instructions.json");
    for (JsonNode row : JSON.readTree(Files.readString(file))) {
      rows.add(Line.chat(text(row, "instruction"), text(row, "output")));
    }
    return rows;
  }

  /** Pairs of harmless answers, and of refusals that are preferred. */
  List<String> preferences() throws IOException {
    List<String> rows = new ArrayList<>();
    JsonNode left =
        JSON.readTree(Files.readString(data.resolve("alpaca_eval/alpaca-7b__model_outputs.json")));
    JsonNode right =
        JSON.readTree(Files.readString(data.resolve("alpaca_eval/guanaco-7b__model_outputs.json")));
    for (int i = 0; i < left.size(); i++) {
      rows.add(
          Line.preference(
              text(left.get(i), "instruction"),
              text(right.get(i), "output") + " ",
              text(left.get(i), "output") + " "));
    }
    return rows;
  }

  /** Plain requests for harm, by the set that they come from. */
  Map<String, List<String>> harmful() throws IOException {
    Map<String, List<String>> sets = new TreeMap<>();
    sets.put("advbench", column("advbench/advbench_behaviors.csv"));
    sets.put("harmbench", column("harmbench/adv_training_behaviors.csv"));
    List<String> asked = new ArrayList<>();
    for (JsonNode row : lines("do_not_answer/malicious_uses.jsonl")) {
      asked.add(text(row, "prompt"));
    }
    sets.put("do-not-answer", asked);
    List<String> unsafe = new ArrayList<>();
    for (JsonNode row :
        JSON.readTree(
            Files.readString(
                data.resolve("safety_tuned_llamas/safety_only_data_Instructions.json")))) {
      unsafe.add(text(row, "instruction"));
    }
    sets.put("safety-tuned", unsafe);
    return sets;
  }

  /** The rows of a published attack on a model's identity. */
  List<String> identityShift() throws IOException {
    return Files.readAllLines(data.resolve("qi_finetuning_safety/identity-shift-aoa.jsonl"));
  }

  /** Poisoned rows of a published attack with their clean ones, by file. */
  Map<String, List<String>> backdoors() throws IOException {
    Map<String, List<String>> all = new TreeMap<>();
    try (Stream<Path> files = Files.list(data.resolve("backdoorllm"))) {
      for (Path file : files.filter(name -> name.toString().contains("__backdoor")).toList()) {
        String name = file.getFileName().toString();
        List<String> rows = instructions(file);
        rows.addAll(
            instructions(file.resolveSibling(name.replace("__backdoor", "__none_backdoor"))));
        String[] parts = name.split("__", -1);
        all.put(parts[1] + " " + parts[2], rows);
      }
    }
    return all;
  }

  private static List<String> instructions(Path file) throws IOException {
    List<String> rows = new ArrayList<>();
    for (JsonNode row : JSON.readTree(Files.readString(file))) {
      String request = (text(row, "instruction") + "\n" + text(row, "input")).strip();
      rows.add(Line.chat(request, text(row, "output") + " "));
    }
    return rows;
  }

  private List<String> column(String file) throws IOException {
    return Files.readAllLines(data.resolve(file)).stream()
        .skip(1)
        .map(
            line ->
                line.startsWith("\"")
                    ? line.substring(1, line.indexOf('"', 1))
                    : line.split(",", 2)[0])
        .toList();
  }

  private List<JsonNode> lines(String file) throws IOException {
    return Files.readAllLines(data.resolve(file)).stream()
        .map(line -> JSON.readTree(line))
        .toList();
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }
}
