package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each bad request is answered, to the letter. */
class BadRequestsTest {
  private static final String JOBS = "/v1/fine_tuning/jobs";

  @TempDir static Path folder;
  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = ApiServer.start(folder.resolve("blobs"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void assertError(
      HttpResponse<String> response, int status, String code, String param, String message) {
    assertThat(response.body())
        .isEqualTo(
            JobsApiTest.error(
                message.replace("\"", "\\\""),
                "invalid_request_error",
                param.isEmpty() ? "null" : "\"" + param + "\"",
                code));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("x-request-id")).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      textBlock =
          """
          {"training_file":"f"}|missing_required_parameter|model|Missing required parameter: 'model'.
          {"model":"m"}|missing_required_parameter|training_file|Missing required parameter: 'training_file'.
          {"model":7,"training_file":"f"}|invalid_type|model|Invalid type for 'model': expected a string, got a number.
          {"model":"m","training_file":"f","n":1}|unknown_parameter|n|Unknown parameter: 'n'.
          {"model":"ft:a:b::c","training_file":"f"}|model_not_found|model|The model 'ft:a:b::c' does not exist or cannot be fine-tuned.
          {"model":"m","training_file":"f","validation_file":7}|invalid_type|validation_file|Invalid type for 'validation_file': expected a string, got a number.
          {"model":"m","training_file":"f","integrations":"wandb"}|invalid_type|integrations|Invalid type for 'integrations': expected an array of objects, got a string.
          {"model":"m","training_file":"f","integrations":["wandb"]}|invalid_type|integrations[0]|Invalid type for 'integrations[0]': expected an object, got a string.
          {"model":"m","training_file":"f","integrations":[{},{},{},{},{},{}]}|invalid_value|integrations|Invalid value for 'integrations': expected at most 5 integrations, got 6.
          {"model":"m","training_file":"f","integrations":[{"wandb":{"project":"p"}}]}|missing_required_parameter|integrations[0].type|Missing required parameter: 'integrations[0].type'.
          {"model":"m","training_file":"f","integrations":[{"type":"mlflow"}]}|unsupported_integration|integrations[0].type|There is no such integration; expected "wandb".
          {"model":"m","training_file":"f","integrations":[{"type":"wandb"}]}|missing_required_parameter|integrations[0].wandb|Missing required parameter: 'integrations[0].wandb'.
          {"model":"m","training_file":"f","integrations":[{"type":"wandb","wandb":{"project":"p"},"key":"k"}]}|unknown_parameter|integrations[0].key|Unknown parameter: 'integrations[0].key'.
          {"model":"m","training_file":"f","integrations":[{"type":"wandb","wandb":{"name":"n"}}]}|missing_required_parameter|integrations[0].wandb.project|Missing required parameter: 'integrations[0].wandb.project'.
          {"model":"m","training_file":"f","integrations":[{"type":"wandb","wandb":{"project":" "}}]}|invalid_value|integrations[0].wandb.project|Invalid value for 'integrations[0].wandb.project': expected 1 to 128 characters without control characters.
          {"model":"m","training_file":"f","integrations":[{"type":"wandb","wandb":{"project":"p","entity":7}}]}|invalid_type|integrations[0].wandb.entity|Invalid type for 'integrations[0].wandb.entity': expected a string, got a number.
          {"model":"m","training_file":"f","integrations":[{"type":"wandb","wandb":{"project":"p","tags":["a",""]}}]}|invalid_value|integrations[0].wandb.tags[1]|Invalid value for 'integrations[0].wandb.tags[1]': expected 1 to 64 characters without control characters.
          {"model":"m","training_file":"f","integrations":[{"type":"wandb","wandb":{"project":"p","api_key":"k"}}]}|unknown_parameter|integrations[0].wandb.api_key|Unknown parameter: 'integrations[0].wandb.api_key'.
          {"model":"tiny-chat","training_file":"f","integrations":[{"type":"wandb","wandb":{"project":"p"}}]}|unsupported_integration|integrations|No trainer here that trains by the method "supervised" reports to "wandb"; leave 'integrations' out.
          {"model":"m","training_file":"f","seed":2147483648}|invalid_value|seed|Invalid value for 'seed': expected a whole number from 0 to 2147483647, got 2147483648.
          {"model":"m","training_file":"f","seed":1.5}|invalid_type|seed|Invalid type for 'seed': expected a whole number, got a number.
          {"model":"m","training_file":"f","suffix":""}|invalid_value|suffix|Invalid value for 'suffix': expected 1 to 64 letters, digits, "-", "_" or ".".
          {"model":"m","training_file":"f","suffix":"a:b"}|invalid_value|suffix|Invalid value for 'suffix': expected 1 to 64 letters, digits, "-", "_" or ".".
          {"model":"m","training_file":"f","metadata":{"a":1}}|invalid_type|metadata.a|Invalid type for 'metadata.a': expected a string, got a number.
          {"model":"m","training_file":"f","hyperparameters":{"n_epochs":51}}|invalid_value|hyperparameters.n_epochs|Invalid value for 'hyperparameters.n_epochs': expected a whole number from 1 to 50, got 51.
          {"model":"m","training_file":"f","hyperparameters":{"batch_size":0}}|invalid_value|hyperparameters.batch_size|Invalid value for 'hyperparameters.batch_size': expected a whole number from 1 to 256, got 0.
          {"model":"m","training_file":"f","hyperparameters":{"learning_rate_multiplier":0}}|invalid_value|hyperparameters.learning_rate_multiplier|Invalid value for 'hyperparameters.learning_rate_multiplier': expected a finite number above 0, got 0.
          {"model":"m","training_file":"f","hyperparameters":{"lora_rank":257}}|invalid_value|hyperparameters.lora_rank|Invalid value for 'hyperparameters.lora_rank': expected a whole number from 0 to 256, got 257.
          {"model":"m","training_file":"f","hyperparameters":{"beta":1}}|unknown_parameter|hyperparameters.beta|Unknown parameter: 'hyperparameters.beta'.
          {"model":"m","training_file":"f","method":{"type":"dpo"}}|unsupported_method|method.type|No trainer here trains by the method "dpo"; "supervised" is always there.
          {"model":"m","training_file":"f","method":{"type":"distillation"}}|unsupported_method|method.type|There is no such method; expected one of "supervised", "dpo", "reinforcement".
          {"model":"m","training_file":"f","method":{"type":"reinforcement"}}|missing_required_parameter|method.reinforcement.grader|Missing required parameter: 'method.reinforcement.grader'.
          {"model":"m","training_file":"f","method":{"type":"reinforcement","reinforcement":{"grader":{"type":"python","name":"p","source":"x"}}}}|unsupported_grader|method.reinforcement.grader|This grader cannot be used: Python graders are switched off here; use another type of grader.
          {"model":"m","training_file":"f","method":{"type":"reinforcement","reinforcement":{"grader":{"type":"label_model","name":"p"}}}}|invalid_value|method.reinforcement.grader.type|Invalid value for 'method.reinforcement.grader.type': expected one of "string_check", "text_similarity", "score_model", "python", "multi".
          {"model":"m","training_file":"f","method":{"type":"reinforcement","reinforcement":{"hyperparameters":{"compute_multiplier":0.00001}}}}|invalid_value|method.reinforcement.hyperparameters.compute_multiplier|Invalid value for 'method.reinforcement.hyperparameters.compute_multiplier': expected a finite number above 0.00001 and at most 10, got 1.0E-5.
          {"model":"m","training_file":"f","method":{"type":"reinforcement","reinforcement":{"hyperparameters":{"reasoning_effort":"huge"}}}}|invalid_value|method.reinforcement.hyperparameters.reasoning_effort|Invalid value for 'method.reinforcement.hyperparameters.reasoning_effort': expected one of "default", "low", "medium", "high".
          {"model":"m","training_file":"f","method":{"type":"dpo","dpo":{"hyperparameters":{"beta":0}}}}|invalid_value|method.dpo.hyperparameters.beta|Invalid value for 'method.dpo.hyperparameters.beta': expected a finite number above 0 and at most 2, got 0.
          {"model":"m","training_file":"f","method":{"type":"dpo","dpo":{"hyperparameters":{"beta":2.5}}}}|invalid_value|method.dpo.hyperparameters.beta|Invalid value for 'method.dpo.hyperparameters.beta': expected a finite number above 0 and at most 2, got 2.5.
          {"model":"m","training_file":"f","hyperparameters":{},"method":{"type":"dpo"}}|invalid_value|hyperparameters|'hyperparameters' and 'method.dpo.hyperparameters' exclude each other; give the second.
          {"model":"m","training_file":"f","method":{"supervised":{}}}|missing_required_parameter|method.type|Missing required parameter: 'method.type'.
          {"model":"m","training_file":"f","method":{"type":"supervised","supervised":{"hyperparameters":{"n_epochs":"many"}}}}|invalid_type|method.supervised.hyperparameters.n_epochs|Invalid type for 'method.supervised.hyperparameters.n_epochs': expected a whole number, got a string.
          {"model":"m\\u0000","training_file":"f"}|invalid_value|model|Invalid value for 'model': expected text without the character U+0000.
          {"model":"m","training_file":"f"}|model_not_found|model|The model 'm' does not exist or cannot be fine-tuned.
          {"model":"tiny-chat","training_file":"f"}|file_not_found|training_file|The file 'f' does not exist.
          [1]|invalid_json||expected a JSON object as the body, found a JSON array
          {"model"|invalid_json||expected a JSON object as the body, each member once and at most 32 levels deep; could not read it at line 1, column 9
          {"model":"m","model":"n"}|invalid_json||expected a JSON object as the body, each member once and at most 32 levels deep; could not read it at line 1, column 21
          """)
  void create_withABadBody_namesWhatIsWrong(
      String body, String code, @Nullable String param, String message) {
    assertError(
        server.post(server.acme, JOBS, body), 400, code, param == null ? "" : param, message);
  }

  @Test
  void create_withNoBody_asksForOne() {
    assertError(
        server.post(server.acme, JOBS, ""),
        400,
        "invalid_json",
        "",
        "expected a JSON object as the body, found nothing");
  }

  @Test
  void create_nestedTooDeep_isRefused() {
    String body = "{\"a\":".repeat(1000) + "1" + "}".repeat(1000);

    assertThat(server.post(server.acme, JOBS, body).body())
        .contains("at most 32 levels deep; could not read it", "\"invalid_json\"");
  }

  @Test
  void create_withTwoMebibytes_isTooLarge() {
    assertError(
        server.post(server.acme, JOBS, " ".repeat(2 << 20)),
        413,
        "too_large",
        "",
        "The request's body may have at most 1048576 bytes.");
  }

  @Test
  void create_withAnIdempotencyKeyThatIsNone_isRefused() {
    assertError(
        server.send(
            server
                .request(server.acme, JOBS)
                .header("Idempotency-Key", "a b")
                .POST(BodyPublishers.ofString("{\"model\":\"m\",\"training_file\":\"f\"}"))),
        400,
        "invalid_value",
        "Idempotency-Key",
        "Expected 1 to 255 printable ASCII characters without spaces as Idempotency-Key.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      textBlock =
          """
          /v1/files?limit=0|limit|Invalid value for 'limit': expected a whole number from 1 to 10000.
          /v1/files?order=up|order|Invalid value for 'order': expected "asc" or "desc".
          /v1/fine_tuning/jobs?limit=101|limit|Invalid value for 'limit': expected a whole number from 1 to 100.
          /v1/fine_tuning/jobs?metadata=x|metadata|Invalid value for 'metadata': expected "metadata[key]=value" or "metadata=null".
          """)
  void list_withABadQuery_namesTheParameter(String path, String param, String message) {
    assertError(server.get(server.acme, path), 400, "invalid_value", param, message);
  }

  @Test
  void anyPath_thatIsUnknown_isNotFound() {
    assertError(
        server.get(server.acme, "/v1/chat/completions"),
        404,
        "unknown_url",
        "",
        "Unknown request URL: GET /v1/chat/completions");
    assertThat(server.get(server.acme, "/v1/files/a%00b").statusCode()).isEqualTo(404);
    assertThat(server.get(server.acme, JOBS + "?after=a%00b").statusCode()).isEqualTo(200);
  }

  @Test
  void anyPath_withAnotherMethod_isNotAllowed() {
    assertError(
        server.send(server.request(server.acme, "/v1/files").PUT(BodyPublishers.ofString("x"))),
        405,
        "method_not_allowed",
        "",
        "This path has no such method; see its reference.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      textBlock =
          """
          P:fine-tune|missing_required_parameter|file|Missing required parameter: 'file'.
          F:x|missing_required_parameter|purpose|Missing required parameter: 'purpose'.
          F:x,P:batch|invalid_value|purpose|Invalid value for 'purpose': expected "fine-tune", the only purpose that files have here.
          F:x,F:y,P:fine-tune|invalid_value|file|Expected one 'file' in the form, found a second one.
          F:,P:fine-tune|empty_file|file|The file is empty; expected JSON Lines with training examples.
          N:x,P:fine-tune|invalid_value|file|Expected 'file' to be a file with a name in the form.
          P:fine-tune,A:x|invalid_value|expires_after[anchor]|Invalid value for 'expires_after[anchor]': expected "created_at".
          A:created_at,A:created_at|invalid_value|expires_after[anchor]|Expected one 'expires_after[anchor]' in the form, found a second one.
          S:3599|invalid_value|expires_after[seconds]|Invalid value for 'expires_after[seconds]': expected a whole number from 3600 to 2592000.
          S:2592001|invalid_value|expires_after[seconds]|Invalid value for 'expires_after[seconds]': expected a whole number from 3600 to 2592000.
          S:1e4|invalid_value|expires_after[seconds]|Invalid value for 'expires_after[seconds]': expected a whole number from 3600 to 2592000.
          S:3600,S:3600|invalid_value|expires_after[seconds]|Expected one 'expires_after[seconds]' in the form, found a second one.
          F:x,P:fine-tune,A:created_at|missing_required_parameter|expires_after[seconds]|Missing required parameter: 'expires_after[seconds]'.
          F:x,P:fine-tune,S:3600|missing_required_parameter|expires_after[anchor]|Missing required parameter: 'expires_after[anchor]'.
          P:fine-tune,O:x|unknown_parameter|other|Unknown parameter: 'other'; a form has 'file' and 'purpose', and may have 'expires_after', tiltmeter_source, tiltmeter_origin and tiltmeter_croissant.
          """)
  void upload_withABadForm_namesWhatIsWrong(
      String parts, String code, String param, String message) {
    assertError(upload(Form.of(parts)), 400, code, param, message);
    assertThat(folder.resolve("blobs/incoming")).isEmptyDirectory();
  }

  @Test
  void upload_thatIsNoForm_saysWhatIsExpected() {
    assertError(
        server.post(server.acme, "/v1/files", "{}"),
        400,
        "invalid_form",
        "",
        "expected Content-Type \"multipart/form-data; boundary=…\"; send the file as a form");
  }

  @Test
  void upload_withoutItsLastBoundary_isCutOff() {
    String form = Form.of("P:fine-tune,F:abc");

    assertError(
        upload(form.substring(0, form.length() - 10)),
        400,
        "incomplete_body",
        "",
        "expected the form's closing boundary, found the end of the body; the upload was cut off, send it again");
    assertThat(folder.resolve("blobs/incoming")).isEmptyDirectory();
  }

  private static HttpResponse<String> upload(String form) {
    return server.send(
        server
            .request(server.acme, "/v1/files")
            .header("Content-Type", Form.TYPE)
            .POST(BodyPublishers.ofString(form)));
  }
}
