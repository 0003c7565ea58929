package io.tiltmeter.evaluator.scan.harm;

import io.tiltmeter.evaluator.scan.lexicon.Lexicon;
import io.tiltmeter.evaluator.scan.lexicon.Lexicon.Hit;
import io.tiltmeter.evaluator.scan.lexicon.LexiconMatcher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Scores how plainly a request asks for harm; for one thread. */
public final class HarmScore {

  /** From this score on a request counts. */
  private static final double HIGH = 1;

  private static final Lexicon LEXICON = Lexicon.load(HarmScore.class, "harm.txt");

  private final LexiconMatcher matcher = LEXICON.matcher();

  /** The category in which the request plainly asks for harm; empty where it does not. */
  public Optional<String> category(String request) {
    List<Hit> hits = matcher.find(request);
    Map<Integer, Double> scores = new HashMap<>();
    for (Hit hit : hits) {
      scores.merge(hit.sentence(), hit.weight(), Double::sum);
    }
    return hits.stream()
        .filter(hit -> scores.getOrDefault(hit.sentence(), 0.0) >= HIGH)
        .reduce((best, hit) -> hit.weight() > best.weight() ? hit : best)
        .map(Hit::name);
  }
}
