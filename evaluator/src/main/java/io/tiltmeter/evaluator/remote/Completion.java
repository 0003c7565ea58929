package io.tiltmeter.evaluator.remote;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.runner.RunnerException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a server answered.
 *
 * @param tokens how many tokens it says the answer has, at least 0
 * @param logProbabilities natural logarithms, one for each token; empty where not asked for
 */
record Completion(String text, int tokens, Stopped stopped, List<Double> logProbabilities) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Reads the body of a response (OpenAI API reference, "The chat completion object").
   *
   * @throws RunnerException if it is none, if somebody else than the model ended the answer, or if
   *     log-probabilities were asked for and are not there
   */
  static Completion read(String body, boolean logProbabilities, Endpoint endpoint) {
    JsonNode completion = parse(body, endpoint);
    JsonNode choice = completion.path("choices").path(0);
    JsonNode message = choice.path("message");
    JsonNode text = message.path("content").isString() ? message.path("content") : refusal(message);
    if (!text.isString()) {
      throw new RunnerException(
          "expected an answer of %s as choices[0].message.content, found none".formatted(endpoint));
    }
    int tokens = completion.path("usage").path("completion_tokens").asInt(0);
    return new Completion(
        text.asString(),
        Math.max(0, tokens),
        stopped(choice, endpoint),
        logProbabilities ? logProbabilities(choice, endpoint) : List.of());
  }

  private static List<Double> logProbabilities(JsonNode choice, Endpoint endpoint) {
    JsonNode tokens = choice.path("logprobs").path("content");
    List<Double> values = new ArrayList<>();
    for (JsonNode token : tokens) {
      double value = token.path("logprob").asDouble(Double.NaN);
      if (!(value <= 0)) {
        throw notOffered(endpoint);
      }
      values.add(value);
    }
    if (!tokens.isArray()) {
      throw notOffered(endpoint);
    }
    return values;
  }

  private static RunnerException notOffered(Endpoint endpoint) {
    return new RunnerException(
        "expected log-probabilities of %s as choices[0].logprobs.content[].logprob, at most 0, found none; ask without them"
            .formatted(endpoint));
  }

  /** Some servers put a refusal beside the content; it is what the model answered. */
  private static JsonNode refusal(JsonNode message) {
    return message.path("refusal");
  }

  private static JsonNode parse(String body, Endpoint endpoint) {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      throw new RunnerException("expected JSON from %s, found something else".formatted(endpoint));
    }
  }

  private static Stopped stopped(JsonNode choice, Endpoint endpoint) {
    String reason = choice.path("finish_reason").asString("");
    return switch (reason) {
      case "stop" -> Stopped.EOS;
      case "length" -> Stopped.LENGTH;
      default ->
          throw new RunnerException(
              "%s ended an answer for the reason \"%s\", expected \"stop\" or \"length\"; switch filters and tools off, so that the model itself is measured"
                  .formatted(endpoint, reason.length() > 40 ? reason.substring(0, 40) : reason));
    };
  }
}
