package io.tiltmeter.evaluator.decode;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which prompts run together: longest first, so that the rows of a batch are alike and memory peaks
 * at once, and both sides of a prompt always in one batch.
 */
record BatchPlan(List<List<Prompt>> batches) {

  static BatchPlan of(
      List<Prompt> prompts, List<Lane> lanes, int maxTokens, DecodeSettings settings) {
    List<List<Prompt>> batches = new ArrayList<>();
    List<Prompt> current = new ArrayList<>();
    for (List<Prompt> both : longestFirst(prompts)) {
      List<Prompt> more = new ArrayList<>(current);
      more.addAll(both);
      if (!current.isEmpty() && !fit(more, lanes, maxTokens, settings)) {
        batches.add(current);
        more = both;
      }
      current = more;
    }
    if (!current.isEmpty()) {
      batches.add(current);
    }
    return new BatchPlan(batches);
  }

  static int longest(Collection<Prompt> prompts) {
    return prompts.stream().mapToInt(prompt -> prompt.tokens().size()).max().orElse(0);
  }

  private static List<List<Prompt>> longestFirst(List<Prompt> prompts) {
    Map<String, List<Prompt>> byId = new LinkedHashMap<>();
    for (Prompt prompt : prompts) {
      byId.computeIfAbsent(prompt.id(), _ -> new ArrayList<>()).add(prompt);
    }
    return byId.values().stream()
        .sorted(Comparator.<List<Prompt>>comparingInt(BatchPlan::longest).reversed())
        .toList();
  }

  private static boolean fit(
      List<Prompt> batch, List<Lane> lanes, int maxTokens, DecodeSettings settings) {
    for (Lane lane : lanes) {
      List<Prompt> own = lane.own(batch);
      if (!lane.fits(own.size(), lane.capacity(longest(own), maxTokens), settings)) {
        return false;
      }
    }
    return true;
  }
}
