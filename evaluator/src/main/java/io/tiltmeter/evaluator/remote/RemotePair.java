package io.tiltmeter.evaluator.remote;

import io.tiltmeter.evaluator.decode.Likelihoods;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.RunnerException;
import io.tiltmeter.evaluator.runner.ScoreRequest;
import io.tiltmeter.evaluator.runner.ScoringSource;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Models behind OpenAI-compatible servers (vLLM, Triton, KServe, Ray Serve): one for each side that
 * is asked.
 *
 * <p>A server decides for itself what runs together, so its answers can differ in the last digit
 * from one run to the next; both sides had better be the same server software.
 */
public final class RemotePair implements ScoringSource, AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(20);

  private final HttpClient http;
  private final Map<Side, RemoteModel> models;
  private final RemoteSettings settings;

  private RemotePair(HttpClient http, Map<Side, RemoteModel> models, RemoteSettings settings) {
    this.http = http;
    this.models = models;
    this.settings = settings;
  }

  /** Makes one; nothing is asked yet. */
  public static RemotePair of(Map<Side, Endpoint> endpoints, RemoteSettings settings) {
    // A redirect could take the key to somebody else.
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .build();
    Map<Side, RemoteModel> models = new EnumMap<>(Side.class);
    endpoints.forEach(
        (side, endpoint) -> models.put(side, new RemoteModel(http, endpoint, settings)));
    return new RemotePair(http, models, settings);
  }

  /** A server says how likely the tokens of its own answers are, and nothing about openers. */
  @Override
  public void answer(List<Ask> asks, int maxTokens, ScoreRequest scores, Consumer<Answer> sink) {
    if (!scores.openers().isEmpty() || !scores.beginnings().isEmpty()) {
      throw new RunnerException(
          "openers are not scored by a server; give the models as directories to score them");
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            settings.concurrency(), Thread.ofVirtual().name("remote model ", 0).factory());
    try {
      CompletionService<Answer> answers = new ExecutorCompletionService<>(threads);
      for (Ask ask : asks) {
        answers.submit(() -> answer(ask, maxTokens, scores.logProbabilities()));
      }
      for (int i = 0; i < asks.size(); i++) {
        sink.accept(answers.take().get());
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RunnerException failed
          ? new RunnerException(String.valueOf(failed.getMessage()), failed)
          : new RunnerException("a server could not be asked", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunnerException("interrupted while the models answered", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private Answer answer(Ask ask, int maxTokens, boolean logProbabilities)
      throws InterruptedException {
    RemoteModel model = models.get(ask.side());
    if (model == null) {
      throw new RunnerException(
          "no server was named for the %s model".formatted(ask.side().wireName()));
    }
    Completion completion = model.ask(ask, maxTokens, logProbabilities);
    return new Answer(
        ask.id(),
        ask.side(),
        List.of(),
        completion.tokens(),
        completion.text(),
        completion.stopped(),
        new Likelihoods(completion.logProbabilities(), List.of()));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
