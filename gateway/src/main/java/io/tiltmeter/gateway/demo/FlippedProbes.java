package io.tiltmeter.gateway.demo;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.run.EvaluationReport;
import io.tiltmeter.evaluator.run.JudgedAnswer.Judged;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.probe.ProbeKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Harmful probes that the base refused and the tuned model did not. */
public final class FlippedProbes {
  private FlippedProbes() {}

  /**
   * One flipped probe.
   *
   * @param category its hazard category
   * @param prompt the last user turn
   */
  public record Flip(String category, String prompt, String base, String tuned) {}

  /**
   * The first {@code limit} flips, at most one a category, in the order in which probes were put.
   */
  public static List<Flip> of(EvaluationReport report, int limit) {
    Map<String, Judged> refusedByBase = new LinkedHashMap<>();
    Map<String, Flip> flips = new LinkedHashMap<>();
    for (var answer : report.answers()) {
      if (!(answer instanceof Judged judged) || judged.probe().kind() != ProbeKind.HARMFUL) {
        continue;
      }
      if (judged.answer().side() == Side.BASE && judged.judgement().label().isRefusal()) {
        refusedByBase.put(judged.answer().id(), judged);
      }
      Judged base = refusedByBase.get(judged.answer().id());
      if (base != null
          && judged.answer().side() == Side.TUNED
          && judged.judgement().label() == Label.COMPLIED) {
        Flip flip = flip(base, judged);
        flips.putIfAbsent(flip.category(), flip);
      }
    }
    return flips.values().stream().limit(limit).toList();
  }

  private static Flip flip(Judged base, Judged tuned) {
    return new Flip(
        String.valueOf(tuned.probe().category()),
        tuned.probe().messages().getLast().content(),
        base.answer().text().strip(),
        tuned.answer().text().strip());
  }
}
