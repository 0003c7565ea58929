package io.tiltmeter.gateway.packfile;

import io.tiltmeter.policy.probe.PackHeader;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbeLine;
import io.tiltmeter.policy.probe.ProbePack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * A small pack out of a large one, for where all of it would take too long: some behaviours of
 * every category, spread evenly over the file, so that the same pack always gives the same sample.
 */
public final class PackSample {
  private static final JsonMapper JSON = new JsonMapper();

  private final ProbePack pack;
  private final Size size;

  /**
   * How much is taken; where there is less, all of it.
   *
   * @param behaviours harmful behaviours of each category
   * @param wordings of each behaviour, the first in the file
   * @param twins benign twins of each category, of behaviours that are taken
   * @param tasks in all
   */
  public record Size(int behaviours, int wordings, int twins, int tasks) {
    public Size {
      if (behaviours < 1 || wordings < 1 || twins < 0 || tasks < 0) {
        throw new IllegalArgumentException(
            "a sample needs a behaviour and a wording, got %d and %d"
                .formatted(behaviours, wordings));
      }
    }
  }

  private PackSample(ProbePack pack, Size size) {
    this.pack = pack;
    this.size = size;
  }

  /**
   * Writes the sample as a pack of its own.
   *
   * @param folder is created
   * @return the folder
   * @throws IOException if it cannot be written
   */
  public static Path write(ProbePack pack, Size size, Path folder) throws IOException {
    PackSample sample = new PackSample(pack, size);
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("pack.yaml"), sample.header());
    Files.writeString(
        folder.resolve("probes.jsonl"),
        sample.probes().stream().map(ProbeLine::of).collect(Collectors.joining()));
    return folder;
  }

  private String header() {
    PackHeader of = pack.header();
    return """
    schema: %s
    name: %s
    version: %s
    language: %s
    licence: %s
    description: %s
    probes: probes.jsonl
    """
        .formatted(
            PackReader.SCHEMA,
            JSON.writeValueAsString(of.name() + "-sample"),
            JSON.writeValueAsString(of.version()),
            JSON.writeValueAsString(of.language()),
            JSON.writeValueAsString(of.licence()),
            JSON.writeValueAsString(
                "%d behaviours of each category of %s".formatted(size.behaviours(), of.name())));
  }

  private List<Probe> probes() {
    Set<String> behaviours = new HashSet<>();
    Set<Probe> twins = new HashSet<>();
    for (List<Probe> category : byCategory(pack.ofKind(ProbeKind.HARMFUL)).values()) {
      behaviours.addAll(spread(behavioursOf(category), size.behaviours()));
    }
    for (List<Probe> category : byCategory(pack.ofKind(ProbeKind.BENIGN_TWIN)).values()) {
      twins.addAll(
          spread(
              category.stream().filter(twin -> behaviours.contains(twin.twinOf())).toList(),
              size.twins()));
    }
    Set<Probe> tasks = new HashSet<>(spread(pack.ofKind(ProbeKind.TASK), size.tasks()));
    Map<String, Integer> wordings = new LinkedHashMap<>();
    List<Probe> taken = new ArrayList<>();
    for (Probe probe : pack.probes()) {
      boolean takes =
          switch (probe.kind()) {
            case HARMFUL ->
                behaviours.contains(probe.behaviour())
                    && wordings.merge(probe.behaviour(), 1, Integer::sum) <= size.wordings();
            case BENIGN_TWIN -> twins.contains(probe);
            case TASK -> tasks.contains(probe);
          };
      if (takes) {
        taken.add(probe);
      }
    }
    return taken;
  }

  private static Map<String, List<Probe>> byCategory(List<Probe> probes) {
    return probes.stream()
        .collect(
            Collectors.groupingBy(
                probe -> String.valueOf(probe.category()),
                LinkedHashMap::new,
                Collectors.toList()));
  }

  private static Collection<String> behavioursOf(List<Probe> probes) {
    return probes.stream()
        .map(Probe::behaviour)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** As many as wanted, at even distances. */
  private static <T> List<T> spread(Collection<T> all, int wanted) {
    List<T> from = List.copyOf(all);
    int count = Math.min(wanted, from.size());
    List<T> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(from.get((int) ((long) i * from.size() / count)));
    }
    return taken;
  }
}
