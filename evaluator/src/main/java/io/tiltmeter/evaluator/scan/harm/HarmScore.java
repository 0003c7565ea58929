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
import org.jspecify.annotations.Nullable;

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
  static final double LIKELY = 2.6;

  /** Log odds that one harmless request in a thousand reaches. */
  static final double PLAIN = 4.36;

  /** Log odds that one harmless request in fifteen reaches. */
  static final double POSSIBLE = 1;

  /** Far below what counts. */
  static final double UNLIKELY = -3;

  static final TextNets NETS =
      TextNets.load(
          HarmScore.class,
          "request-nets.bin",
          "sha256:76e599547d420c8d880234e5604db21cc36b86ceac87a2284da9c260ded59a67");

  private static final Lexicon LEXICON = Lexicon.load(HarmScore.class, "harm.txt");

  /** Several detectors ask about one row, one after the other. */
  private static final ThreadLocal<Recent> RECENT = ThreadLocal.withInitial(Recent::new);

  private final LexiconMatcher matcher = LEXICON.matcher();

  /**
   * What a request asks for.
   *
   * @param category as packs name it, or {@link #OTHER}
   * @param isPlain whether hardly any harmless request looks so; else about one in a hundred does
   */
  public record Harm(String category, boolean isPlain) {}

  /**
   * What rules and networks make of a request.
   *
   * @param category that a rule names; null where none does
   * @param odds logarithm of the networks' odds that it asks for harm, exact above {@link
   *     #UNLIKELY}
   */
  private record Scored(@Nullable String category, double odds) {}

  /** The last requests that a thread scored, told apart by identity, as rows keep their texts. */
  private static final class Recent {
    private static final int MOST = 8;

    /** Longer ones, in characters, would be held for too long. */
    private static final int LONGEST = 1 << 16;

    private final @Nullable String[] requests = new @Nullable String[MOST];
    private final @Nullable Scored[] scores = new @Nullable Scored[MOST];
    private int next;

    @SuppressWarnings("ReferenceEquality") // equal texts of other rows are scored again
    @Nullable Scored of(String request) {
      for (int i = 0; i < MOST; i++) {
        if (requests[i] == request) {
          return scores[i];
        }
      }
      return null;
    }

    void keep(String request, Scored scored) {
      if (request.length() > LONGEST) {
        return;
      }
      requests[next] = request;
      scores[next] = scored;
      next = (next + 1) % MOST;
    }
  }

  /** The harm that a request asks for; empty where it looks harmless. */
  public Optional<Harm> of(String request) {
    Scored scored = scored(request);
    if (scored.category == null && scored.odds < LIKELY) {
      return Optional.empty();
    }
    boolean isPlain =
        scored.category == null
            ? scored.odds >= PLAIN
            : scored.odds >= AGREED || isDisguised(request);
    return Optional.of(new Harm(scored.category == null ? OTHER : scored.category, isPlain));
  }

  /** Whether a request may ask for harm, as one harmless request in fifteen seems to. */
  public boolean isPossible(String request) {
    Scored scored = scored(request);
    return scored.category != null || scored.odds >= POSSIBLE;
  }

  private Scored scored(String request) {
    Recent recent = RECENT.get();
    Scored known = recent.of(request);
    if (known != null) {
      return known;
    }
    Scored scored = new Scored(category(request).orElse(null), NETS.score(request, UNLIKELY));
    recent.keep(request, scored);
    return scored;
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
