package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.models.finetuning.alpha.graders.GraderRunParams;
import com.openai.models.finetuning.alpha.graders.GraderRunResponse;
import com.openai.models.finetuning.alpha.graders.GraderValidateParams;
import com.openai.models.graders.gradermodels.MultiGrader;
import com.openai.models.graders.gradermodels.StringCheckGrader;
import com.openai.models.graders.gradermodels.TextSimilarityGrader;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graders, as the official SDK runs and checks them. */
@SuppressWarnings("deprecation") // The SDK's only way to members that it does not know.
class GradersApiTest {
  private static final String RUN = "/v1/fine_tuning/alpha/graders/run";

  @TempDir static Path folder;
  private static ApiServer server;
  private static OpenAIClient client;

  @BeforeAll
  static void start() {
    server = ApiServer.start(folder.resolve("blobs"));
    client = server.client(server.acme);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static StringCheckGrader equal(String reference) {
    return StringCheckGrader.builder()
        .name("equal")
        .input("{{sample.output_text}}")
        .reference(reference)
        .operation(StringCheckGrader.Operation.EQ)
        .build();
  }

  private static GraderRunParams.Builder run(String said) {
    return GraderRunParams.builder().modelSample(said).item(JsonValue.from(Map.of("answer", "7")));
  }

  private static GraderRunResponse run(GraderRunParams params) {
    return client.fineTuning().alpha().graders().run(params);
  }

  @Test
  void run_byTheSdk_givesTheReward() {
    GraderRunResponse response = run(run("7").grader(equal("{{item.answer}}")).build());

    assertThat(response.reward()).isEqualTo(1);
    assertThat(response.metadata().name()).isEqualTo("equal");
    assertThat(response.metadata().type()).isEqualTo("string_check");
    assertThat(response.metadata().tokenUsage()).isEmpty();
    assertThat(response.metadata().executionTime()).isNotNegative();
    assertThat(response.metadata().errors().otherError()).isFalse();
  }

  @Test
  void run_ofASimilarity_isTheMetric() {
    TextSimilarityGrader grader =
        TextSimilarityGrader.builder()
            .name("alike")
            .input("{{sample.output_text}}")
            .reference("the cat is on the mat")
            .evaluationMetric(TextSimilarityGrader.EvaluationMetric.GLEU)
            .build();

    assertThat(run(run("the cat sat on the mat").grader(grader).build()).reward()).isEqualTo(0.5);
  }

  @Test
  void run_ofAMultiWithOneGrader_isItsFormula() {
    MultiGrader grader =
        MultiGrader.builder()
            .name("both")
            .graders(equal("{{item.answer}}"))
            .calculateOutput("0.25 + equal / 2")
            .build();

    GraderRunResponse response = run(run("7").grader(grader).build());

    assertThat(response.reward()).isEqualTo(0.75);
    assertThat(response.subRewards()._additionalProperties())
        .containsEntry("equal", JsonValue.from(1.0));
  }

  @Test
  void run_ofAMultiWithAMap_isItsFormula() {
    HttpResponse<String> response =
        server.post(
            server.acme,
            RUN,
            """
            {"model_sample": "7", "grader": {"type": "multi", "name": "m",
              "calculate_output": "max(a, b) - 0.5",
              "graders": {
                "a": {"type": "string_check", "name": "x", "input": "{{sample.output_text}}",
                  "reference": "7", "operation": "eq"},
                "b": {"type": "string_check", "name": "x", "input": "{{sample.output_text}}",
                  "reference": "8", "operation": "eq"}}}}
            """);

    assertThat(response.body())
        .startsWith("{\"reward\":0.5,\"sub_rewards\":{\"a\":1.0,\"b\":0.0},");
  }

  @Test
  void run_whereTheItemLacksAMember_isAnInvalidVariable() {
    GraderRunResponse response = run(run("7").grader(equal("{{item.other}}")).build());

    assertThat(response.reward()).isZero();
    assertThat(response.metadata().errors().invalidVariableError()).isTrue();
    assertThat(response.metadata().errors().sampleParseError()).isFalse();
  }

  @Test
  void validate_byTheSdk_givesTheGrader() {
    assertThat(
            client
                .fineTuning()
                .alpha()
                .graders()
                .validate(GraderValidateParams.builder().grader(equal("7")).build())
                .grader()
                .orElseThrow()
                .asStringCheck())
        .isEqualTo(equal("7"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      textBlock =
          """
          {}|missing_required_parameter|grader|Missing required parameter: 'grader'.
          {"grader":{"type":"string_check","name":"x","input":"a","reference":"b","operation":"is"}}|invalid_value|grader.operation|Invalid value for 'grader.operation': expected one of "eq", "ne", "like", "ilike".
          {"grader":{"type":"string_check","name":"x","input":"{{user.x}}","reference":"b","operation":"eq"}}|invalid_grader|grader.input|Invalid value for 'grader.input': expected {{item.NAME}}, {{sample.output_text}} or {{sample.output_json.NAME}} with at most 32 steps as a place in a template.
          {"grader":{"type":"string_check","name":"x","input":"a","reference":"b"}}|missing_required_parameter|grader.operation|Missing required parameter: 'grader.operation'.
          {"grader":{"type":"text_similarity","name":"x","input":"a","reference":"b","evaluation_metric":"bert"}}|invalid_value|grader.evaluation_metric|Invalid value for 'grader.evaluation_metric': expected one of "cosine", "fuzzy_match", "bleu", "gleu", "meteor", "rouge_1", "rouge_2", "rouge_3", "rouge_4", "rouge_5", "rouge_l".
          {"grader":{"type":"score_model","name":"x","model":"m","input":[]}}|invalid_grader|grader.input|Invalid value for 'grader.input': expected 1 to 32 messages.
          {"grader":{"type":"score_model","name":"x","model":"m","input":[{"role":"tool","content":"a"}]}}|invalid_value|grader.input[0].role|Invalid value for 'grader.input[0].role': expected one of "system", "developer", "user", "assistant".
          {"grader":{"type":"score_model","name":"x","model":"m","input":[{"role":"user","content":"a"}],"range":[1,0]}}|invalid_grader|grader.range|Invalid value for 'grader.range': expected two finite numbers, the first below the second, got 1.0 and 0.0.
          {"grader":{"type":"score_model","name":"x","model":"m","input":[{"role":"user","content":"a"}]}}|unsupported_grader|grader|This grader cannot be used: no model named 'm' grades here.
          {"grader":{"type":"multi","name":"x","calculate_output":"a+c","graders":{"a":{"type":"string_check","name":"x","input":"a","reference":"b","operation":"eq"}}}}|invalid_grader|grader.calculate_output|Invalid value for 'grader.calculate_output': expected only the graders [a] in the formula, found [c].
          {"grader":{"type":"multi","name":"x","calculate_output":"a","graders":{"a":{"type":"multi"}}}}|invalid_value|grader.graders.a.type|Invalid value for 'grader.graders.a.type': expected one of "string_check", "text_similarity", "score_model", "label_model", "python".
          {"grader":{"type":"multi","name":"x","calculate_output":"a","graders":{}}}|invalid_grader|grader.graders|Invalid value for 'grader.graders': expected 1 to 16 graders.
          {"grader":{"type":"multi","name":"x","calculate_output":"a","graders":{"a b":{"type":"string_check","name":"x","input":"a","reference":"b","operation":"eq"}}}}|invalid_grader|grader.graders.a b|Invalid value for 'grader.graders.a b': a formula needs names of letters, digits and "_" that begin with a letter.
          {"grader":{"type":"multi","name":"x","calculate_output":"a","graders":{"a":{"type":"label_model","name":"x","model":"m","input":[{"role":"user","content":"a"}],"labels":["b"],"passing_labels":["c"]}}}}|invalid_grader|grader.graders.a.passing_labels|Invalid value for 'grader.graders.a.passing_labels': expected some of the labels.
          {"grader":{"type":"python","name":"x","source":"y","image":"z"}}|unknown_parameter|grader.image|Unknown parameter: 'grader.image'.
          {"grader":{"type":"string_check","name":"x","input":"a","reference":"b","operation":"eq"}}|missing_required_parameter|model_sample|Missing required parameter: 'model_sample'.
          {"grader":{"type":"string_check","name":"x","input":"a","reference":"b","operation":"eq"},"model_sample":"a","item":[]}|invalid_type|item|Invalid type for 'item': expected an object, got an array.
          """)
  void run_withABadBody_namesWhatIsWrong(String body, String code, String param, String message) {
    HttpResponse<String> response = server.post(server.acme, RUN, body);

    assertThat(response.body())
        .isEqualTo(
            JobsApiTest.error(
                message.replace("\"", "\\\""), "invalid_request_error", "\"" + param + "\"", code));
    assertThat(response.statusCode()).isEqualTo(400);
  }
}
