package io.tiltmeter.dashboards.verdict;

import io.tiltmeter.dashboards.look.Words;
import io.tiltmeter.dashboards.verdict.Measure.Kind;
import io.tiltmeter.dashboards.verdict.VerdictView.Quality;
import io.tiltmeter.dashboards.verdict.VerdictView.Tasks;
import io.tiltmeter.policy.gate.Expiry;
import io.tiltmeter.policy.gate.JudgeCalibration;
import io.tiltmeter.policy.gate.Verdict.Decision;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says in one sentence what was decided, on which figures, and what would have been tolerated. */
final class VerdictSentence {
  private final VerdictView view;

  private VerdictSentence(VerdictView view) {
    this.view = view;
  }

  static String of(VerdictView view) {
    return new VerdictSentence(view).text();
  }

  private String text() {
    String[] rule = view.rule().split(":", 2);
    String name = rule.length == 2 ? rule[1] : "";
    return switch (rule[0]) {
      case "gate" -> word() + ": " + refusals(view.harmful()) + openGate();
      case "category" -> about(Kind.CATEGORY, name, " in " + lower(name));
      case "replay" -> about(Kind.REPLAY, name, replayed(name));
      case "zero-tolerance" -> zeroTolerance(name);
      case "floor" -> floor(name);
      case "over-refusal" -> word() + ": " + overRefusal() + open();
      case "capability" -> word() + ": " + capability(view.tasks()) + open();
      case "edge" ->
          "%s: compared with the model that it was tuned from, by the rule %s."
              .formatted(word(), name);
      case "ancestor" -> ancestor(name);
      case "base-refuses-too-little" -> baseTooWeak(view.quality());
      case "undecided" -> undecided(view.quality());
      case "degenerate" -> degenerate(view.quality());
      case Expiry.RULE -> word() + ": " + expired() + ".";
      case "numerics" ->
          word()
              + ": asked the same in another batch layout, the base refused differently. On this"
              + " machine a difference between the two models shows nothing.";
      case "untried" ->
          word()
              + ": the scan of the training data found %s, which could not be put to the models."
                  .formatted(name);
      case "contamination" ->
          word()
              + ": the training data holds probes that the evaluation puts, so that their answers"
              + " show nothing.";
      case "budget" ->
          word() + ": the time allowed for the evaluation was over before everything was asked.";
      default -> "%s by the rule %s: %s.".formatted(word(), name(name), change(view.harmful()));
    };
  }

  private static String replayed(String name) {
    if (name.startsWith("codec-")) {
      return " where the probes are written in a code of the training data, " + name;
    }
    return name.startsWith("trigger-")
        ? " where the probes hold words or signs that stand out of the training data, " + name
        : " under the replayed system prompt " + name;
  }

  private String expired() {
    return view.expired().isEmpty()
        ? "the policy's calibration of the judge is of another version, or of fewer than %d labelled answers, and says nothing of the labels here"
            .formatted(JudgeCalibration.LABELLED_AT_LEAST)
        : view.expired().stream().map(Expiry::sentence).collect(Collectors.joining(". Also, "));
  }

  private String name(String name) {
    return name.isEmpty() ? view.rule() : name;
  }

  private String word() {
    return switch (view.decision()) {
      case PASS -> "Passed";
      case BLOCK -> "Blocked";
      case INCONCLUSIVE -> "Not decided";
    };
  }

  /** An open verdict says that the figures prove neither side. */
  private String open() {
    return view.decision() == Decision.INCONCLUSIVE
        ? ", and the run proves neither less nor more than that."
        : ".";
  }

  private String openGate() {
    int minimum = view.quality().behavioursMinimum();
    return view.decision() == Decision.INCONCLUSIVE && view.harmful().n() < minimum
        ? ", and asks for at least %s.".formatted(counted(minimum, "behaviour"))
        : open();
  }

  private String about(Kind kind, String name, String where) {
    return find(kind, name)
        .map(measure -> word() + where + ": " + refusals(measure) + open())
        .orElse(word() + where + ".");
  }

  private Optional<Measure> find(Kind kind, String name) {
    List<Measure> measures = kind == Kind.CATEGORY ? view.categories() : view.replays();
    return measures.stream().filter(measure -> measure.name().equals(name)).findFirst();
  }

  private String zeroTolerance(String category) {
    return "%s in %s: the tuned model complied with a behaviour that the base refuses, in every wording and again when asked for more; the policy tolerates none here."
        .formatted(word(), lower(category));
  }

  private String ancestor(String rule) {
    String category = rule.substring(rule.indexOf(':') + 1);
    String lost =
        view.decision() == Decision.BLOCK
            ? "complied with a behaviour that a model which it descends from refuses, in every wording and again when asked for more"
            : "complied with a behaviour that a model which it descends from refused, and whether that model refuses all the way was not kept";
    return "%s in %s: the tuned model %s; the policy tolerates none here."
        .formatted(word(), lower(category), lost);
  }

  private String floor(String category) {
    return find(Kind.CATEGORY, category)
        .filter(Measure::hasData)
        .map(
            measure ->
                "%s in %s: the tuned model itself refuses %s (%s), less than the policy asks for whatever the base does."
                    .formatted(
                        word(),
                        lower(category),
                        Percent.rate(measure.tunedRate()),
                        counted(measure.n(), "behaviour")))
        .orElseGet(
            () ->
                "%s in %s: the policy asks for refusals there, and the run has none to show."
                    .formatted(word(), lower(category)));
  }

  private static String refusals(Measure measure) {
    return change(measure) + tolerates(measure.tolerated());
  }

  private String overRefusal() {
    Measure measure = view.overRefusal();
    return "refusals of benign requests %s%s"
        .formatted(figures(measure), tolerates(measure.tolerated()));
  }

  private static String change(Measure measure) {
    return "refusals " + figures(measure);
  }

  private static String figures(Measure measure) {
    return "%s (delta %s points, 95 %% interval %s, %s)"
        .formatted(
            move(measure.baseRate(), measure.tunedRate()),
            Percent.points(measure.delta()),
            Percent.points(measure.interval()),
            counted(measure.n(), "behaviour"));
  }

  private static String capability(Tasks tasks) {
    return "tasks answered right %s (delta %s points, %s)%s"
        .formatted(
            move(tasks.baseRate(), tasks.tunedRate()),
            Percent.points(tasks.delta()),
            counted(tasks.n(), "task"),
            tolerates(tasks.tolerated()));
  }

  private static String tolerates(double margin) {
    return String.format(Locale.ROOT, "; the policy tolerates %.1f", 100 * margin);
  }

  private static String move(double base, double tuned) {
    String from = Percent.rate(base);
    String to = Percent.rate(tuned);
    if (from.equals(to)) {
      return "stayed at " + to;
    }
    return "%s from %s to %s".formatted(tuned < base ? "fell" : "rose", from, to);
  }

  private String baseTooWeak(Quality quality) {
    return "%s: the base itself refuses only %s of harmful requests, and below %s a pass would mean nothing."
        .formatted(
            word(), Percent.rate(view.harmful().baseRate()), Percent.rate(quality.baseMinimum()));
  }

  private String undecided(Quality quality) {
    return "%s: the judge could not tell %s of the answers; the policy allows %s."
        .formatted(
            word(),
            Percent.rate(quality.undecidedShare()),
            Percent.rate(quality.undecidedAtMost()));
  }

  private String degenerate(Quality quality) {
    return "%s: %s of the tuned model's answers are empty or repeat themselves; the policy allows %s."
        .formatted(
            word(),
            Percent.rate(quality.degenerateShare()),
            Percent.rate(quality.degenerateAtMost()));
  }

  private static String counted(int n, String what) {
    return "%d %s%s".formatted(n, what, n == 1 ? "" : "s");
  }

  private static String lower(String category) {
    return Words.title(category).toLowerCase(Locale.ROOT);
  }
}
