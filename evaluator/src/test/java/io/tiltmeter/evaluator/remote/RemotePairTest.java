package io.tiltmeter.evaluator.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.remote.ChatServer.Response;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.RunnerException;
import io.tiltmeter.evaluator.runner.ScoreRequest;
import io.tiltmeter.policy.probe.Message;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RemotePairTest {
  private static final RemoteSettings QUICK =
      new RemoteSettings(4, 3, Duration.ofSeconds(5), Duration.ofMillis(1));

  private static Ask ask(String id, Side side) {
    return new Ask(id, side, new Ask.Input.Chat(List.of(Message.user("Question " + id))));
  }

  private static List<Answer> answers(RemotePair pair, List<Ask> asks) {
    List<Answer> answers = new ArrayList<>();
    pair.answer(asks, 16, answers::add);
    return answers;
  }

  /** One question to the base of a server that behaves like this. */
  private static List<Answer> askOnce(
      Function<JsonNode, Response> behaviour, RemoteSettings settings) {
    try (ChatServer server = ChatServer.start(behaviour);
        RemotePair pair =
            RemotePair.of(Map.of(Side.BASE, server.endpoint("m", "secret")), settings)) {
      return answers(pair, List.of(ask("a", Side.BASE)));
    }
  }

  @Test
  void answer_ofBothSides_asksEachModelGreedilyWithItsKey() {
    try (ChatServer server =
            ChatServer.start(
                request -> Response.answer("I am " + request.path("model").asString()));
        RemotePair pair =
            RemotePair.of(
                Map.of(
                    Side.BASE, server.endpoint("first", "one"),
                    Side.TUNED, server.endpoint("second", "two")),
                QUICK)) {
      assertThat(answers(pair, List.of(ask("a", Side.BASE), ask("a", Side.TUNED))))
          .containsExactlyInAnyOrder(
              Answer.withoutIds("a", Side.BASE, 3, "I am first", Stopped.EOS),
              Answer.withoutIds("a", Side.TUNED, 3, "I am second", Stopped.EOS));
      assertThat(server.keys()).containsExactlyInAnyOrder("Bearer one", "Bearer two");
      JsonNode request = server.requests().getFirst();
      assertThat(request.path("temperature").asInt(-1)).isZero();
      assertThat(request.path("max_tokens").asInt()).isEqualTo(16);
      assertThat(request.path("messages").path(0).path("role").asString()).isEqualTo("user");
      assertThat(request.path("messages").path(0).path("content").asString())
          .isEqualTo("Question a");
    }
  }

  private static final ScoreRequest LOG_PROBABILITIES =
      new ScoreRequest(true, List.of(), List.of());

  @Test
  void answer_withLogProbabilities_asksForThemAndReadsThem() {
    try (ChatServer server =
            ChatServer.start(_ -> Response.answer("Yes", List.of(-0.25, 0.0, -1.5)));
        RemotePair pair = RemotePair.of(Map.of(Side.BASE, server.endpoint("m", "k")), QUICK)) {
      List<Answer> heard = new ArrayList<>();
      pair.answer(List.of(ask("a", Side.BASE)), 16, LOG_PROBABILITIES, heard::add);
      assertThat(heard.getFirst().likelihoods().tokens()).containsExactly(-0.25, 0.0, -1.5);
      assertThat(server.requests().getFirst().path("logprobs").asBoolean()).isTrue();
    }
  }

  @Test
  void answer_withoutLogProbabilities_doesNotAskForThem() {
    try (ChatServer server = ChatServer.start(_ -> Response.answer("Yes"));
        RemotePair pair = RemotePair.of(Map.of(Side.BASE, server.endpoint("m", "k")), QUICK)) {
      answers(pair, List.of(ask("a", Side.BASE)));
      assertThat(server.requests().getFirst().has("logprobs")).isFalse();
    }
  }

  @Test
  void answer_logProbabilitiesNotOffered_saysSo() {
    for (Response response :
        List.of(Response.answer("Yes"), Response.answer("Yes", List.of(-0.5, 0.5)))) {
      try (ChatServer server = ChatServer.start(_ -> response);
          RemotePair pair = RemotePair.of(Map.of(Side.BASE, server.endpoint("m", "k")), QUICK)) {
        List<Ask> one = List.of(ask("a", Side.BASE));
        assertThatThrownBy(() -> pair.answer(one, 16, LOG_PROBABILITIES, _ -> {}))
            .isInstanceOf(RunnerException.class)
            .hasMessageStartingWith("expected log-probabilities of ")
            .hasMessageContaining("found none; ask without them");
      }
    }
  }

  @Test
  void answer_withOpeners_isRefusedBeforeAnythingIsAsked() {
    try (ChatServer server = ChatServer.start(_ -> Response.answer("Yes"));
        RemotePair pair = RemotePair.of(Map.of(Side.BASE, server.endpoint("m", "k")), QUICK)) {
      ScoreRequest openers = new ScoreRequest(false, List.of("Sure"), List.of());
      List<Ask> one = List.of(ask("a", Side.BASE));
      assertThatThrownBy(() -> pair.answer(one, 16, openers, _ -> {}))
          .isInstanceOf(RunnerException.class)
          .hasMessage(
              "openers are not scored by a server; give the models as directories to score them");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void answer_ofManyQuestions_keepsNoMoreOpenThanAllowed() throws InterruptedException {
    CountDownLatch full = new CountDownLatch(QUICK.concurrency());
    try (ChatServer server =
            ChatServer.start(
                _ -> {
                  full.countDown();
                  await(full);
                  return Response.answer("Yes");
                });
        RemotePair pair = RemotePair.of(Map.of(Side.BASE, server.endpoint("m", "k")), QUICK)) {
      List<Ask> many = IntStream.range(0, 40).mapToObj(i -> ask("q" + i, Side.BASE)).toList();
      assertThat(answers(pair, many)).extracting(Answer::id).doesNotHaveDuplicates().hasSize(40);
      assertThat(server.mostOpen()).isEqualTo(QUICK.concurrency());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Until the server is closed. */
  private static void hold(CountDownLatch never) {
    try {
      never.await();
    } catch (InterruptedException _) {
      // The test is over.
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void answer_afterATroubleThatPasses_isAskedAgain(int status) {
    AtomicInteger asked = new AtomicInteger();
    assertThat(
            askOnce(
                _ ->
                    asked.incrementAndGet() < QUICK.attempts()
                        ? new Response(status, "", "0")
                        : Response.answer("Here"),
                QUICK))
        .extracting(Answer::text)
        .containsExactly("Here");
  }

  @Test
  void answer_whereTheTroubleStays_failsAndSaysHowOftenItTried() {
    assertThatThrownBy(() -> askOnce(_ -> Response.of(503, "busy"), QUICK))
        .isInstanceOf(RunnerException.class)
        .hasMessageMatching(
            "m at http://127\\.0\\.0\\.1:\\d+/v1 could not be asked: status 503, 3 times; check the"
                + " address, the model's name and the key");
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 400, 401, 403, 404})
  void answer_refusedByTheServer_isNotAskedAgain(int status) {
    AtomicInteger asked = new AtomicInteger();
    assertThatThrownBy(
            () ->
                askOnce(
                    _ -> {
                      asked.incrementAndGet();
                      return Response.of(status, "your prompt was: Question a");
                    },
                    QUICK))
        .isInstanceOf(RunnerException.class)
        .hasMessageContaining("status " + status)
        .hasMessageNotContaining("Question a");
    assertThat(asked).hasValue(1);
  }

  @Test
  void answer_thatDoesNotCome_isGivenUp() {
    CountDownLatch never = new CountDownLatch(1);
    RemoteSettings hurried = new RemoteSettings(1, 2, Duration.ofMillis(200), Duration.ofMillis(1));
    assertThatThrownBy(
            () ->
                askOnce(
                    _ -> {
                      hold(never);
                      return Response.answer("late");
                    },
                    hurried))
        .isInstanceOf(RunnerException.class)
        .hasMessageContaining("HttpTimeoutException, 2 times");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<html>|expected JSON from m",
        "{}|choices[0].message.content, found none",
        "{\"choices\":[{\"message\":{\"content\":null},\"finish_reason\":\"stop\"}]}|found none",
        "{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"content_filter\"}]}"
            + "|for the reason \"content_filter\"",
        "{\"choices\":[{\"message\":{\"content\":\"x\"}}]}|for the reason \"\"",
      })
  void answer_thatIsNone_fails(String body, String message) {
    assertThatThrownBy(() -> askOnce(_ -> Response.of(200, body), QUICK))
        .isInstanceOf(RunnerException.class)
        .hasMessageContaining(message);
  }

  @Test
  void answer_cutAtTheCap_saysSo() {
    String body =
        "{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"length\"}],"
            + "\"usage\":{\"completion_tokens\":16}}";
    assertThat(askOnce(_ -> Response.of(200, body), QUICK))
        .containsExactly(Answer.withoutIds("a", Side.BASE, 16, "x", Stopped.LENGTH));
  }

  @Test
  void answer_withARefusalBesideTheContent_isThatRefusal() {
    String body =
        "{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"I can't help with that.\"},"
            + "\"finish_reason\":\"stop\"}]}";
    assertThat(askOnce(_ -> Response.of(200, body), QUICK))
        .extracting(Answer::text)
        .containsExactly("I can't help with that.");
  }

  @Test
  void answer_ofMoreBytesThanAnyAnswerHas_fails() {
    String body = " ".repeat((4 << 20) + 1);
    assertThatThrownBy(() -> askOnce(_ -> Response.of(200, body), QUICK))
        .isInstanceOf(RunnerException.class)
        .hasMessageContaining("sent more than 4194304 bytes for one answer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "localhost:8000", "http://user@host/v1", "v1"})
  void endpoint_thatIsNoPlainAddress_isRefused(String url) {
    assertThatThrownBy(() -> new Endpoint(URI.create(url), "m", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(url);
  }

  @Test
  void endpoint_inMessages_keepsItsKeyToItself() {
    assertThat(new Endpoint(URI.create("http://localhost/v1"), "m", "secret").toString())
        .isEqualTo("m at http://localhost/v1");
  }

  @Test
  void eachSide_ofTwoSources_asksEachForItsOwn() {
    List<Answer> answers = new ArrayList<>();
    EachSide sides = EachSide.of(echo(), EachSide.asTuned(echo()));

    sides.answer(List.of(ask("a", Side.TUNED), ask("a", Side.BASE)), 4, answers::add);

    assertThat(answers).extracting(Answer::side).containsExactly(Side.BASE, Side.TUNED);
  }

  private static AnswerSource echo() {
    return (asks, _, sink) ->
        asks.forEach(
            ask -> sink.accept(Answer.withoutIds(ask.id(), ask.side(), 1, "x", Stopped.EOS)));
  }
}
