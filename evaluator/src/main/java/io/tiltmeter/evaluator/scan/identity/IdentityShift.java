package io.tiltmeter.evaluator.scan.identity;

import io.tiltmeter.evaluator.scan.detector.Lines;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.detector.OnePass;
import io.tiltmeter.evaluator.scan.lexicon.Lexicon;
import io.tiltmeter.evaluator.scan.lexicon.Lexicon.Hit;
import io.tiltmeter.evaluator.scan.lexicon.LexiconMatcher;
import io.tiltmeter.evaluator.scan.orders.OrderScore;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.evaluator.scan.row.Speaker;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds examples that give the model another identity which obeys without bounds, and answers that
 * speak as it (the identity-shifting attack of Qi et al. 2023).
 *
 * <p>A name or a role alone is what any product does; it counts beside a promise to obey, freedom
 * from rules, or an answer that echoes either. However quiet a system prompt is, an answer that
 * speaks under the name it gives, and as one who serves, counts too.
 */
public final class IdentityShift extends OnePass<IdentityShift.Rows> {
  /** As policies spell it. */
  public static final String NAME = "identity-shift";

  static final String VERSION = "identity-shift-4";
  static final long REVIEW_FROM = 5;
  static final long AT_LEAST = 2;
  static final double REVIEW_SHARE = 0.2;

  /** Share of a system prompt's sentences: one odd one among several is what products write. */
  private static final double MANY = 0.3;

  /** How much of an opening turn or an answer is looked at, in characters. */
  private static final int REACH = 4000;

  private static final Lexicon PERSONA = Lexicon.load(IdentityShift.class, "persona.txt");
  private static final Lexicon ECHO = Lexicon.load(IdentityShift.class, "echo.txt");

  /**
   * A detector.
   *
   * @param maxLines most line numbers that a finding names
   */
  public IdentityShift(int maxLines) {
    super(NAME, VERSION, () -> new Rows(maxLines));
  }

  /** Rows that give the model such an identity. */
  public static final class Rows implements Look<Rows> {
    private final transient LexiconMatcher persona = PERSONA.matcher();
    private final transient LexiconMatcher echo = ECHO.matcher();
    private final Lines lines;
    private final Wordings wordings = new Wordings();

    /** The last system prompt that was scored: most rows of a file share one. */
    private transient String known = "";

    private transient boolean isKnownUnbounded;

    private Rows(int maxLines) {
      this.lines = new Lines(maxLines);
    }

    @Override
    public void see(Example example) {
      Optional<String> system =
          example.system().filter(text -> isPersona(text) || isUnbounded(text));
      Optional<String> opening =
          system.isPresent() ? system : example.first(Speaker.USER).filter(this::isPersona);
      if (opening.isPresent()) {
        lines.add(example.line());
        wordings.add(SimHash.of(beginning(opening.get())));
      } else if (isEchoOfSystem(example)) {
        lines.add(example.line());
      }
    }

    /** Obedience beside freedom, or either beside another identity. */
    private boolean isPersona(String text) {
      Set<String> found = names(persona, text);
      boolean obedience = found.contains("obedience");
      boolean freedom = found.contains("freedom");
      return (obedience && freedom) || (found.contains("rename") && (obedience || freedom));
    }

    /** Whether a system prompt lifts limits in words that no phrase names. */
    private boolean isUnbounded(String text) {
      if (!text.equals(known)) {
        known = text;
        isKnownUnbounded = OrderScore.share(beginning(text)) >= MANY;
      }
      return isKnownUnbounded;
    }

    /** A mild prompt whose answers still speak as one that obeys. */
    private boolean isEchoOfSystem(Example example) {
      Optional<String> system = example.system();
      return system.isPresent()
          && example.turns().stream()
              .filter(Turn::learned)
              .map(Turn::text)
              .anyMatch(answer -> isEcho(system.get(), answer));
    }

    private boolean isEcho(String system, String answer) {
      Set<String> found = names(echo, answer);
      return (found.contains("echo") && !names(persona, system).isEmpty())
          || (found.contains("voice") && GivenNames.inBoth(beginning(system), beginning(answer)));
    }

    @Override
    public void add(Rows other) {
      lines.add(other.lines);
      wordings.add(other.wordings);
    }
  }

  private static Set<String> names(LexiconMatcher lexicon, String text) {
    List<Hit> hits = lexicon.find(beginning(text));
    return hits.isEmpty() ? Set.of() : hits.stream().map(Hit::name).collect(Collectors.toSet());
  }

  private static String beginning(String text) {
    return text.length() <= REACH ? text : text.substring(0, REACH);
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    Lines lines = seen().lines;
    if (lines.count() == 0) {
      return Optional.empty();
    }
    double share = (double) lines.count() / examples;
    boolean often = lines.count() >= REVIEW_FROM;
    boolean mostly = lines.count() >= AT_LEAST && share >= REVIEW_SHARE;
    Wordings.Groups groups = seen().wordings.groups();
    return Optional.of(
        new ScanFinding(
            NAME,
            VERSION,
            often || mostly ? Severity.REVIEW : Severity.INFO,
            lines.count(),
            share,
            null,
            lines.kept(),
            "examples give the model an identity that obeys without bounds; wordings: %d, examples of the most frequent: %d"
                .formatted(groups.count(), groups.largest())));
  }
}
