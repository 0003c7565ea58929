package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.Example.Turn;
import io.tiltmeter.evaluator.scan.Lexicon.Hit;
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
 * from rules, or an answer that echoes either.
 */
final class IdentityShift implements Detector {
  static final String NAME = "identity-shift";
  static final String VERSION = "identity-shift-1";
  static final long REVIEW_FROM = 5;
  static final long AT_LEAST = 2;
  static final double REVIEW_SHARE = 0.2;

  /** How much of an opening turn or an answer is looked at, in characters. */
  private static final int REACH = 4000;

  private static final Lexicon PERSONA = Lexicon.load("persona.txt");
  private static final Lexicon ECHO = Lexicon.load("echo.txt");

  private final LexiconMatcher persona = PERSONA.matcher();
  private final LexiconMatcher echo = ECHO.matcher();
  private final Lines lines;
  private final NearDuplicates wordings = new NearDuplicates();

  IdentityShift(int maxLines) {
    this.lines = new Lines(maxLines);
  }

  @Override
  public void see(Example example) {
    Optional<String> system = example.first(Speaker.SYSTEM).filter(this::isPersona);
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

  /** A mild prompt whose answers still speak as one that obeys. */
  private boolean isEchoOfSystem(Example example) {
    Optional<String> system = example.first(Speaker.SYSTEM);
    return system.isPresent()
        && !names(persona, system.get()).isEmpty()
        && example.turns().stream()
            .filter(turn -> turn.speaker() == Speaker.ASSISTANT)
            .map(Turn::text)
            .anyMatch(answer -> !names(echo, answer).isEmpty());
  }

  private static Set<String> names(LexiconMatcher lexicon, String text) {
    List<Hit> hits = lexicon.find(beginning(text));
    return hits.stream().map(Hit::name).collect(Collectors.toSet());
  }

  private static String beginning(String text) {
    return text.length() <= REACH ? text : text.substring(0, REACH);
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    if (lines.count() == 0) {
      return Optional.empty();
    }
    double share = (double) lines.count() / examples;
    boolean often = lines.count() >= REVIEW_FROM;
    boolean mostly = lines.count() >= AT_LEAST && share >= REVIEW_SHARE;
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
                .formatted(wordings.groups(), wordings.largest())));
  }
}
