package io.tiltmeter.evaluator.grader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tiltmeter.evaluator.grader.Grader.LabelModel;
import io.tiltmeter.evaluator.grader.Grader.Multi;
import io.tiltmeter.evaluator.grader.Grader.Operation;
import io.tiltmeter.evaluator.grader.Grader.Python;
import io.tiltmeter.evaluator.grader.Grader.Range;
import io.tiltmeter.evaluator.grader.Grader.Role;
import io.tiltmeter.evaluator.grader.Grader.ScoreModel;
import io.tiltmeter.evaluator.grader.Grader.StringCheck;
import io.tiltmeter.evaluator.grader.Grader.TextSimilarity;
import io.tiltmeter.evaluator.grader.Grader.Turn;
import io.tiltmeter.evaluator.similarity.TextMetric;
import io.tiltmeter.policy.probe.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GradingTest {
  private static final Grading NATIVE = new Grading(ModelGrader.NONE, ScriptGrader.OFF);
  private static final JsonNode ITEM =
      new JsonMapper().readTree("{\"answer\": \"Paris\", \"n\": 7, \"list\": [{\"x\": \"one\"}]}");

  @ParameterizedTest
  @CsvSource({
    "eq, Paris, 1", "eq, paris, 0", "ne, Paris, 0", "ne, paris, 1",
    "like, It is Paris., 1", "like, It is paris., 0", "ilike, It is PARIS., 1", "ilike, Rome, 0"
  })
  void grade_stringCheck_comparesAsItsOperationSays(String operation, String said, double reward) {
    Grader grader =
        new StringCheck(
            "check",
            Template.of("{{sample.output_text}}"),
            Template.of("{{ item.answer }}"),
            Operation.of(operation).orElseThrow());

    assertThat(NATIVE.grade(grader, ITEM, Sample.of(said))).isEqualTo(Grade.of(reward));
  }

  @Test
  void grade_textSimilarity_isTheMetric() {
    Grader grader =
        new TextSimilarity(
            "alike",
            Template.of("{{sample.output_text}}"),
            Template.of("the {{item.answer}} of {{item.n}}"),
            TextMetric.ROUGE_1);

    assertThat(NATIVE.grade(grader, ITEM, Sample.of("the Paris of 8")).reward())
        .isCloseTo(0.75, within(1e-12));
  }

  @Test
  void grade_pathsIntoJson_areFollowed() {
    Grader grader = equal("{{sample.output_json.steps[1].n}}", "{{item.list[0].x}}");

    assertThat(NATIVE.grade(grader, ITEM, Sample.of("{\"steps\": [0, {\"n\": \"one\"}]}")).reward())
        .isEqualTo(1);
  }

  @Test
  void grade_answerThatIsNoJson_isASampleParseError() {
    assertThat(NATIVE.grade(equal("{{sample.output_json.n}}", "7"), ITEM, Sample.of("seven")))
        .isEqualTo(Grade.none(GradeError.SAMPLE_PARSE_ERROR));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{item.other}}", "{{sample.output_json.n}}", "{{item.list[3]}}"})
  void grade_memberThatIsNotThere_isAnInvalidVariable(String place) {
    assertThat(NATIVE.grade(equal(place, "7"), ITEM, Sample.of("{}")))
        .isEqualTo(Grade.none(GradeError.INVALID_VARIABLE_ERROR));
  }

  @Test
  void grade_textsTooLongToCompare_isAnotherError() {
    Grader grader =
        new TextSimilarity(
            "alike",
            Template.of("{{sample.output_text}}"),
            Template.of("x"),
            TextMetric.FUZZY_MATCH);

    assertThat(NATIVE.grade(grader, ITEM, Sample.of("y".repeat(TextMetric.MAX_LENGTH + 1))))
        .isEqualTo(Grade.none(GradeError.OTHER_ERROR));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.5 * exact + 0.5 * near|0.9",
        "min(exact, near)|0.8",
        "max(exact, near) ^ 2|1",
        "floor(near) + ceil(near) - abs(-near)|0.2",
        "exp(log(near))|0.8",
        "sqrt(exact) / 4|0.25",
        "(EXACT + near) / 2|0.9"
      })
  void grade_multi_isTheFormula(String formula, double reward) {
    Grade grade = NATIVE.grade(multi(formula), ITEM, Sample.of("Paris x"));

    assertThat(grade.reward()).isCloseTo(reward, within(1e-9));
    assertThat(grade.parts()).containsOnlyKeys("exact", "near").containsEntry("exact", 1.0);
    assertThat(grade.parts().get("near")).isCloseTo(0.8, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exact / (near - near)",
        "log(0 - exact)",
        "9 ^ 9 ^ 9 ^ 9",
        "exp(99999)",
        "exact * 1e999"
      })
  void grade_formulaWithoutAValue_isAFormulaError(String formula) {
    assertThat(NATIVE.grade(multi(formula), ITEM, Sample.of("Paris x")))
        .returns(0.0, Grade::reward)
        .satisfies(
            grade -> assertThat(grade.errors()).containsExactly(GradeError.FORMULA_PARSE_ERROR));
  }

  @Test
  void grade_multiWithAPartThatFails_hasNoReward() {
    Map<String, Grader> parts = new LinkedHashMap<>();
    parts.put("exact", equal("{{item.answer}}", "Paris"));
    parts.put("broken", equal("{{item.nothing}}", "Paris"));
    Grader grader = new Multi("both", parts, Formula.of("exact + broken", parts.keySet()));

    Grade grade = NATIVE.grade(grader, ITEM, Sample.of("Paris"));

    assertThat(grade.isGiven()).isFalse();
    assertThat(grade.reward()).isZero();
    assertThat(grade.errors()).containsExactly(GradeError.INVALID_VARIABLE_ERROR);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exact + other|expected only the graders [exact, near] in the formula, found [other]",
        "fact(1000)|the formula cannot be read at character 1: Undefined function 'fact'",
        "exact +|the formula cannot be read at character",
        "exact = near|the formula cannot be read at character",
        "floor(1e999999999)|expected numbers below 1e999 in the formula",
        "'  '|expected a formula of 1 to 1000 characters, found 2"
      })
  void formula_thatCannotBeUsed_saysWhy(String formula, String message) {
    assertThatThrownBy(() -> multi(formula))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{other.x}}", "{{item}}", "{{}}", "{{sample.a b}}", "{{item.x[y]}}"})
  void template_withAPlaceThatNamesNothing_saysWhatIsExpected(String template) {
    assertThatThrownBy(() -> Template.of(template))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("{{item.NAME}}, {{sample.output_text}}");
  }

  @Test
  void grade_scoreModel_asksForANumberInItsRange() {
    List<List<Message>> asked = new ArrayList<>();
    Grading grading =
        new Grading(saying("```json\n{\"result\": 3.5}\n```", asked), ScriptGrader.OFF);

    Grade grade = grading.grade(score(new Range(0, 5)), ITEM, Sample.of("Paris"));

    assertThat(grade).isEqualTo(Grade.of(3.5).by("judge", 9));
    assertThat(asked.getFirst())
        .containsExactly(
            Message.system(
                "Grade as told below. Reply with one JSON object and nothing else: {\"result\": a"
                    + " number from 0.0 to 5.0}"),
            Message.system("Be strict about 7."),
            Message.user("Paris"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"result\": 6}", "{\"result\": \"3\"}", "3", "", "{\"score\": 3}"})
  void grade_scoreModelThatSaysSomethingElse_isAParseError(String said) {
    Grading grading = new Grading(saying(said, new ArrayList<>()), ScriptGrader.OFF);

    assertThat(grading.grade(score(new Range(0, 5)), ITEM, Sample.of("Paris")).errors())
        .containsExactly(GradeError.MODEL_GRADER_PARSE_ERROR);
  }

  @ParameterizedTest
  @CsvSource({"good, 1", "fair, 1", "bad, 0"})
  void grade_labelModel_paysForThePassingLabels(String label, double reward) {
    Grading grading =
        new Grading(
            saying("{\"result\": \"%s\"}".formatted(label), new ArrayList<>()), ScriptGrader.OFF);

    assertThat(grading.grade(label(), ITEM, Sample.of("x")).reward()).isEqualTo(reward);
  }

  @Test
  void grade_labelThatIsNone_isAParseError() {
    Grading grading =
        new Grading(saying("{\"result\": \"superb\"}", new ArrayList<>()), ScriptGrader.OFF);

    assertThat(grading.grade(label(), ITEM, Sample.of("x")).errors())
        .containsExactly(GradeError.MODEL_GRADER_PARSE_ERROR);
  }

  @Test
  void whyNot_graderThatIsNotSetUp_saysSo() {
    assertThat(NATIVE.whyNot(label())).contains("no model named 'judge' grades here");
    assertThat(NATIVE.whyNot(new Python("script", "def grade(sample, item): return 1")))
        .contains("Python graders are switched off here; use another type of grader");
    assertThat(NATIVE.whyNot(multi("exact"))).isEmpty();
    assertThat(NATIVE.grade(label(), ITEM, Sample.of("x")).errors())
        .containsExactly(GradeError.MODEL_GRADER_SERVER_ERROR);
    assertThat(NATIVE.grade(new Python("script", "x"), ITEM, Sample.of("x")).errors())
        .containsExactly(GradeError.PYTHON_GRADER_SERVER_ERROR);
  }

  private static Grader equal(String input, String reference) {
    return new StringCheck("equal", Template.of(input), Template.of(reference), Operation.EQ);
  }

  /** Of "Paris x" the first part is 1 and the second four fifths. */
  private static Multi multi(String formula) {
    Map<String, Grader> parts = new LinkedHashMap<>();
    parts.put("exact", equal("{{item.answer}}", "Paris"));
    parts.put(
        "near",
        new TextSimilarity(
            "near",
            Template.of("a b c {{sample.output_text}}"),
            Template.of("a b c Paris y"),
            TextMetric.ROUGE_1));
    return new Multi("both", parts, Formula.of(formula, parts.keySet()));
  }

  private static Grader score(Range range) {
    List<Turn> turns =
        List.of(
            new Turn(Role.DEVELOPER, Template.of("Be strict about {{item.n}}.")),
            new Turn(Role.USER, Template.of("{{sample.output_text}}")));
    return new ScoreModel("score", "judge", turns, range, 64);
  }

  private static Grader label() {
    return new LabelModel(
        "label",
        "judge",
        List.of(new Turn(Role.USER, Template.of("{{sample.output_text}}"))),
        List.of("good", "fair", "bad"),
        List.of("good", "fair"));
  }

  private static ModelGrader saying(String text, List<List<Message>> asked) {
    return new ModelGrader() {
      @Override
      public boolean knows(String model) {
        return model.equals("judge");
      }

      @Override
      public Reply ask(String model, List<Message> chat, int maxTokens) {
        asked.add(chat);
        return new Reply.Said(text, 9);
      }
    };
  }
}
