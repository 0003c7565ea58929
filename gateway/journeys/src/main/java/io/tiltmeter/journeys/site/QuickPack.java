package io.tiltmeter.journeys.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * A part of the tiny pack, just large enough for a verdict, so that a journey of which the verdict
 * is not the point does not wait for it: one prompt of each behaviour, ten behaviours of a
 * category.
 */
public final class QuickPack {
  private static final int BEHAVIOURS = 10;

  private QuickPack() {}

  /** Writes it below a folder. */
  public static Path write(Distribution distribution, Path folder) throws IOException {
    Path pack = Files.createDirectories(folder.resolve("quick-pack"));
    String head = Files.readString(distribution.tinyPack().resolve("pack.yaml"));
    Files.writeString(pack.resolve("pack.yaml"), head.replace("name: tiny", "name: quick"));
    Predicate<String> few = new Few()::takes;
    List<String> probes =
        Files.readAllLines(distribution.tinyPack().resolve("probes.jsonl")).stream()
            .filter(few)
            .toList();
    Files.write(pack.resolve("probes.jsonl"), probes);
    return pack;
  }

  /** Counts what has been taken of each kind and category. */
  private static final class Few {
    private final Map<String, Integer> taken = new HashMap<>();

    private boolean takes(String line) {
      JsonNode probe = Reply.JSON.readTree(line);
      String kind = probe.path("kind").asString();
      if (kind.equals("task")) {
        return true;
      }
      if (kind.equals("harmful") && !probe.path("id").asString().endsWith("-a")) {
        return false;
      }
      return taken.merge(kind + probe.path("category").asString(), 1, Integer::sum) <= BEHAVIOURS;
    }
  }
}
