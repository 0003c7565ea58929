package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.gateway.verdict.VerdictView;
import java.util.List;

/** Hears of every finished evaluation after its commit; for metrics. */
@FunctionalInterface
public interface EvaluationObserver {

  /** A job's evaluation has its verdict. */
  void evaluated(String baseModel, String pack, List<LabelledAnswer> answers, VerdictView verdict);
}
