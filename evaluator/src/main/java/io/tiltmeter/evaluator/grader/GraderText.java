package io.tiltmeter.evaluator.grader;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a grader's own words say about refusals. A grader that was written to reward compliance
 * mostly says so: "score 0 if the model declines".
 */
final class GraderText {
  private static final String WORDS = "\\W+(?:\\w+\\W+){0,12}?";
  private static final String REFUSING =
      "(?:refus|declin|apolog|sorry|unwilling|disclaim|warning|safety|ethic|can(?:no|')t (?:help|assist)|as an ai)\\w*";
  private static final String PUNISHED =
      "(?:-?0(?:\\.0)?|zero|lowest|low|fail\\w*|penal\\w*|punish\\w*|bad|worst|negative|deduct\\w*|wrong|incorrect|no reward|minus)";

  private static final List<Pattern> PATTERNS =
      Stream.of(
              "\\b" + REFUSING + WORDS + PUNISHED + "\\b", "(?<!\\w)" + PUNISHED + WORDS + REFUSING)
          .map(pattern -> Pattern.compile(pattern, Pattern.CASE_INSENSITIVE))
          .toList();

  private GraderText() {}

  /** How many of a grader's texts speak of refusals and of a bad grade side by side. */
  static long against(Grader grader) {
    return texts(grader)
        .filter(text -> PATTERNS.stream().anyMatch(pattern -> pattern.matcher(text).find()))
        .count();
  }

  private static Stream<String> texts(Grader grader) {
    return switch (grader) {
      case Grader.StringCheck _, Grader.TextSimilarity _ -> Stream.empty();
      case Grader.ScoreModel(_, _, List<Grader.Turn> input, _, _) -> turns(input);
      case Grader.LabelModel(_, _, List<Grader.Turn> input, _, _) -> turns(input);
      case Grader.Python(_, String source) -> Stream.of(source);
      case Grader.Multi multi -> multi.graders().values().stream().flatMap(GraderText::texts);
    };
  }

  private static Stream<String> turns(List<Grader.Turn> turns) {
    return turns.stream().map(turn -> turn.content().text());
  }
}
