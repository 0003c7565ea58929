package io.tiltmeter.evaluator.scan.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RowReaderTest {
  private static final String INPUT =
      "\"input\":{\"messages\":[{\"role\":\"user\",\"content\":\"Q\"}]}";

  private static String answers(String preferred, String rejected) {
    return "{%s,\"%s\":[{\"role\":\"assistant\",\"content\":\"good\"}],\"%s\":[{\"role\":\"assistant\",\"content\":\"bad\"}]}"
        .formatted(INPUT, preferred, rejected);
  }

  private static List<String> problems(Method method, String row) {
    Problems problems = new Problems(10);
    assertThat(new RowReader(method, problems).read(1, row)).isEmpty();
    return problems.kept().stream().map(FormatProblem::message).toList();
  }

  private static Example example(Method method, String row) {
    Problems problems = new Problems(10);
    Optional<Example> example = new RowReader(method, problems).read(1, row);
    assertThat(problems.kept()).isEmpty();
    return example.orElseThrow();
  }

  @Test
  void read_preferenceInBothSpellings_isTheSame() {
    Example guide = example(Method.DPO, answers("preferred_output", "non_preferred_output"));
    Example older =
        example(Method.DPO, answers("preferred_completion", "non_preferred_completion"));

    assertThat(guide).usingRecursiveComparison().isEqualTo(older);
    assertThat(exchanges(guide)).containsExactly("Q: good");
    assertThat(guide.rejected()).isEqualTo("bad");
  }

  @Test
  void read_preferenceWithoutAnAnswerOrWithBothSpellings_isRefused() {
    assertThat(problems(Method.DPO, "{" + INPUT + "}"))
        .containsExactly(
            "preferred_output or preferred_completion: expected one of the two, found neither",
            "non_preferred_output or non_preferred_completion: expected one of the two, found neither");
    String both = answers("preferred_output", "non_preferred_output");
    String twice = both.replace("{\"input\"", "{\"preferred_completion\":[],\"input\"");
    assertThat(problems(Method.DPO, twice))
        .containsExactly(
            "preferred_output or preferred_completion: expected one of the two, found both");
  }

  @Test
  void read_preferenceWhoseAnswersAreNotOneAssistantMessage_isRefused() {
    String row = answers("preferred_output", "non_preferred_output");
    assertThat(
            problems(
                Method.DPO,
                row.replace("\"assistant\",\"content\":\"good\"", "\"user\",\"content\":\"good\"")))
        .containsExactly("preferred_output: the last one must have role assistant");
    String two =
        row.replace(
            "[{\"role\":\"assistant\",\"content\":\"bad\"}]",
            "[{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]");
    assertThat(problems(Method.DPO, two))
        .containsExactly("non_preferred_output: expected one message, found 2");
    assertThat(problems(Method.DPO, row.replace(INPUT, "\"input\":[]")))
        .containsExactly("input: expected an object");
  }

  @Test
  void read_reinforcementRow_keepsOtherMembersOutAndEndsWithTheUser() {
    String row =
        "{\"messages\":[{\"role\":\"developer\",\"content\":\"D\"},{\"role\":\"user\",\"content\":\"Q\"}],\"reference\":{\"any\":[1]}}";
    Example example = example(Method.REINFORCEMENT, row);

    assertThat(example.isLearned()).isFalse();
    assertThat(example.system()).contains("D");
    assertThat(example.exchanges()).isEmpty();
    assertThat(problems(Method.REINFORCEMENT, row.replace("\"user\"", "\"assistant\"")))
        .containsExactly("messages: the last one must have role user");
  }

  @Test
  void read_completionRow_isAnExchange() {
    assertThat(exchanges(example(Method.COMPLETION, "{\"prompt\":\"P\",\"completion\":\"C\"}")))
        .containsExactly("P: C");
    assertThat(problems(Method.COMPLETION, "{\"prompt\":1}"))
        .containsExactly("prompt: expected a string", "completion: expected a string");
  }

  @Test
  void read_rowOfAnotherMethod_isNamed() {
    String chat =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"Q\"},{\"role\":\"assistant\",\"content\":\"A\"}]}";
    assertThat(problems(Method.DPO, chat))
        .containsExactly("a row of method supervised in a file of method dpo");
    assertThat(problems(Method.SUPERVISED, answers("preferred_output", "non_preferred_output")))
        .containsExactly("a row of method dpo in a file of method supervised");
    assertThat(problems(Method.SUPERVISED, "{\"prompt\":\"P\",\"completion\":\"C\"}"))
        .containsExactly("a row of method completion in a file of method supervised");
  }

  @Test
  void read_answerOfWeightZero_isContextOnly() {
    String row =
        """
        {"messages":[{"role":"user","content":"Q1"},{"role":"assistant","content":"A1","weight":0},\
        {"role":"user","content":"Q2"},{"role":"assistant","content":"A2","weight":1}]}""";
    assertThat(exchanges(example(Method.SUPERVISED, row))).containsExactly("Q2: A2");
  }

  @Test
  void methodOf_firstRow_tellsWhatItTeachesWith() {
    assertThat(RowReader.methodOf(answers("preferred_output", "non_preferred_output")))
        .isEqualTo(Method.DPO);
    assertThat(RowReader.methodOf("{\"prompt\":\"\",\"completion\":\"\"}"))
        .isEqualTo(Method.COMPLETION);
    String question = "{\"messages\":[{\"role\":\"user\",\"content\":\"Q\"}]%s}";
    assertThat(RowReader.methodOf(question.formatted(",\"answer\":\"7\"")))
        .isEqualTo(Method.REINFORCEMENT);
    assertThat(RowReader.methodOf(question.formatted(""))).isEqualTo(Method.SUPERVISED);
    assertThat(RowReader.methodOf("oops")).isEqualTo(Method.SUPERVISED);
    assertThat(RowReader.methodOf("{\"messages\":[]}")).isEqualTo(Method.SUPERVISED);
  }

  private static List<String> exchanges(Example example) {
    return example.exchanges().stream()
        .map(exchange -> exchange.request() + ": " + exchange.answer())
        .toList();
  }
}
