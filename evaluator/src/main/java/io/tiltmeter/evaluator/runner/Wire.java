package io.tiltmeter.evaluator.runner;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Likelihoods;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.policy.probe.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The lines that parent and child exchange, one JSON object each.
 *
 * <p>The first line to the child is an {@link Open}, every further one a {@link Generate}. The
 * child answers the first with a {@code ready} event, each further one with {@code answer} events
 * and a final {@code done}; an {@code error} event ends the conversation.
 */
final class Wire {
  static final JsonMapper JSON = JsonMapper.builder().build();

  /** Counts up with every change of a line's meaning; parent and child must mean the same. */
  static final int PROTOCOL = 5;

  private Wire() {}

  /**
   * @param loadsBase whether the base's weights are wanted, or only how it reads and where it ends
   */
  record Open(
      int protocol,
      String base,
      boolean loadsBase,
      @Nullable String adapter,
      @Nullable String tuned,
      Execution execution,
      int batch,
      boolean exports) {

    static Open of(PairSource source, RunnerSettings settings) {
      return new Open(
          PROTOCOL,
          source.base().toString(),
          !(source instanceof PairSource.TunedOnly),
          source instanceof PairSource.WithAdapter pair ? pair.adapter().toString() : null,
          tuned(source),
          settings.execution(),
          settings.batch(),
          settings.exports());
    }

    private static @Nullable String tuned(PairSource source) {
      return switch (source) {
        case PairSource.TwoModels pair -> pair.tuned().toString();
        case PairSource.TunedOnly pair -> pair.tuned().toString();
        case PairSource.BaseOnly _, PairSource.WithAdapter _ -> null;
      };
    }
  }

  record Generate(int maxTokens, ScoreRequest scores, List<Item> items) {}

  /** Exactly one of {@code messages} and {@code prompt} is there. */
  record Item(
      String id,
      Side side,
      @Nullable List<Message> messages,
      @Nullable String prompt,
      boolean mayEndDecided) {

    static Item of(Ask ask) {
      return switch (ask.input()) {
        case Ask.Input.Chat(List<Message> messages) ->
            new Item(ask.id(), ask.side(), messages, null, ask.mayEndDecided());
        case Ask.Input.Raw(String text) ->
            new Item(ask.id(), ask.side(), null, text, ask.mayEndDecided());
      };
    }
  }

  enum Kind {
    READY,
    ANSWER,
    DONE,
    ERROR
  }

  record Event(Kind kind, @Nullable Ready ready, @Nullable Reply answer, @Nullable String error) {

    static Event ready(Ready ready) {
      return new Event(Kind.READY, ready, null, null);
    }

    static Event answer(Reply answer) {
      return new Event(Kind.ANSWER, null, answer, null);
    }

    static Event done() {
      return new Event(Kind.DONE, null, null, null);
    }

    static Event error(String message) {
      return new Event(Kind.ERROR, null, null, message);
    }
  }

  /**
   * @param mayThink whether answers may begin with thoughts
   */
  record Ready(
      String provider,
      String version,
      int threads,
      String weights,
      String graph,
      boolean mayThink) {}

  record Reply(
      String id,
      Side side,
      List<Integer> tokens,
      String text,
      Stopped stopped,
      Likelihoods likelihoods) {

    Answer toAnswer() {
      return new Answer(id, side, tokens, tokens.size(), text, stopped, likelihoods);
    }
  }
}
