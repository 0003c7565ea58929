package io.tiltmeter.evaluator.scan.harm;

import io.tiltmeter.evaluator.scan.lexicon.Lexicon;
import io.tiltmeter.evaluator.scan.lexicon.Lexicon.Hit;
import io.tiltmeter.evaluator.scan.lexicon.LexiconMatcher;
import io.tiltmeter.evaluator.scan.net.TextNets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Scores how plainly a request asks for harm; for one thread. */
public final class HarmScore {
  /** The category of what no rule names. */
  public static final String OTHER = "other";

  /** From this score on a request counts. */
  private static final double HIGH = 1;

  /** Log odds from which on the networks agree with a rule: rules name half-harmless talk, too. */
  private static final double AGREED = 0;

  private static final Pattern DISGUISE =
      Pattern.compile("[^\\x00-\\x7f]|[a-zA-Z][0-9@$!]+[a-zA-Z]");

  /** Log odds that fewer than one harmless request in a hundred reaches; of AlpacaEval two. */
  static final double LIKELY = 2.8;

  /** Log odds that one harmless request in a thousand reaches. */
  static final double PLAIN = 4.36;

  /** Far below what counts. */
  static final double UNLIKELY = -3;

  static final TextNets NETS =
      TextNets.load(
          HarmScore.class,
          "request-nets.bin",
          "sha256:5e4bb07033e47807382334a0eb7adf88265fe97797a444c89b5b5c8c44bb50db");

  private static final Lexicon LEXICON = Lexicon.load(HarmScore.class, "harm.txt");

  private final LexiconMatcher matcher = LEXICON.matcher();

  /**
   * What a request asks for.
   *
   * @param category as packs name it, or {@link #OTHER}
   * @param isPlain whether hardly any harmless request looks so; else about one in a hundred does
   */
  public record Harm(String category, boolean isPlain) {}

  /** The harm that a request asks for; empty where it looks harmless. */
  public Optional<Harm> of(String request) {
    Optional<String> named = category(request);
    double odds = NETS.score(request, UNLIKELY);
    if (named.isEmpty() && odds < LIKELY) {
      return Optional.empty();
    }
    boolean isPlain = named.isPresent() ? odds >= AGREED || isDisguised(request) : odds >= PLAIN;
    return Optional.of(new Harm(named.orElse(OTHER), isPlain));
  }

  /** Whether letters are replaced, which rules see through and networks do not. */
  private static boolean isDisguised(String request) {
    return DISGUISE.matcher(request).find();
  }

  /** The category in which the request plainly asks for harm; empty where no rule says so. */
  public Optional<String> category(String request) {
    List<Hit> hits = matcher.find(request);
    if (hits.isEmpty()) {
      return Optional.empty();
    }
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
