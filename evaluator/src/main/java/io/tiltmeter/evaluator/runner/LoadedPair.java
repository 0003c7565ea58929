package io.tiltmeter.evaluator.runner;

import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.AdapterReader;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.StoredModel;
import io.tiltmeter.evaluator.decode.AnswerWatch;
import io.tiltmeter.evaluator.decode.DecodeSettings;
import io.tiltmeter.evaluator.decode.Generation;
import io.tiltmeter.evaluator.decode.ModelPair;
import io.tiltmeter.evaluator.decode.OpenerTree;
import io.tiltmeter.evaluator.decode.Prompt;
import io.tiltmeter.evaluator.decode.Scoring;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.judge.Settled;
import io.tiltmeter.evaluator.onnx.RuntimeInfo;
import io.tiltmeter.evaluator.text.ChatTokenizer;
import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Both models in memory, with the tokenizer of each side. */
final class LoadedPair implements AutoCloseable {
  private final ModelPair models;
  private final ChatTokenizer baseText;
  private final ChatTokenizer tunedText;

  private LoadedPair(ModelPair models, ChatTokenizer baseText, ChatTokenizer tunedText) {
    this.models = models;
    this.baseText = baseText;
    this.tunedText = tunedText;
  }

  static LoadedPair open(Wire.Open request) {
    if (request.protocol() != Wire.PROTOCOL) {
      throw new ModelException(
          "the model runner speaks protocol %d, was asked in %d; start both from one installation"
              .formatted(Wire.PROTOCOL, request.protocol()));
    }
    StoredModel base = StoredModel.read(Path.of(request.base()), request.exports());
    DecodeSettings settings =
        new DecodeSettings(
            request.execution(), request.batch(), DecodeSettings.DEFAULT.cacheBytes());
    if (request.adapter() != null) {
      return withAdapter(base, Path.of(request.adapter()), settings);
    }
    if (request.tuned() != null) {
      StoredModel tuned = StoredModel.read(Path.of(request.tuned()), request.exports());
      requireSameEnds(base, tuned);
      ModelPair models =
          request.loadsBase()
              ? ModelPair.ofModels(base, tuned, settings)
              : ModelPair.ofTuned(tuned, settings);
      return new LoadedPair(
          models, ChatTokenizer.open(base.directory()), ChatTokenizer.open(tuned.directory()));
    }
    ChatTokenizer text = ChatTokenizer.open(base.directory());
    return new LoadedPair(ModelPair.ofBase(base, settings), text, text);
  }

  private static LoadedPair withAdapter(StoredModel base, Path directory, DecodeSettings settings) {
    if (!(base instanceof Checkpoint checkpoint)) {
      throw new ModelException(
          "%s: an ONNX export takes no adapter; give the base as safetensors, or the tuned model as an export of its own"
              .formatted(base.directory()));
    }
    Adapter adapter = AdapterReader.read(directory, checkpoint);
    ChatTokenizer text = ChatTokenizer.open(checkpoint);
    return new LoadedPair(ModelPair.ofAdapter(checkpoint, adapter, settings), text, text);
  }

  /** A tuned model that stops earlier than its base could fall silent after a refusing opener. */
  private static void requireSameEnds(StoredModel base, StoredModel tuned) {
    if (!base.dimensions().eosTokenIds().containsAll(tuned.dimensions().eosTokenIds())) {
      throw new ModelException(
          "%s: stop tokens %s are not all the base's %s; give the tuned model the base's"
                  .formatted(
                      tuned.directory(),
                      tuned.dimensions().eosTokenIds(),
                      base.dimensions().eosTokenIds())
              + " generation_config.json");
    }
    if (tuned.dimensions().maxPositions() < base.dimensions().maxPositions()) {
      throw new ModelException(
          "%s: max_position_embeddings is %d, expected at least the base's %d"
              .formatted(
                  tuned.directory(),
                  tuned.dimensions().maxPositions(),
                  base.dimensions().maxPositions()));
    }
  }

  Wire.Ready ready() {
    RuntimeInfo info = models.runtime();
    return new Wire.Ready(
        info.provider().wireName(),
        info.version(),
        info.threads(),
        info.weights().wireName(),
        models.graph(),
        baseText.mayThink());
  }

  void generate(Wire.Generate request, Consumer<Wire.Reply> sink) {
    Map<List<Message>, List<Integer>> beginnings = new HashMap<>();
    List<Prompt> prompts =
        request.items().stream().map(item -> toPrompt(item, beginnings)).toList();
    models.generate(
        prompts,
        request.maxTokens(),
        new Scoring(request.scores().logProbabilities(), openers(request)),
        watch(request.items()),
        generation -> sink.accept(toReply(generation)));
  }

  /** Openers follow a generation prompt, which ends alike in all chats of one template. */
  private OpenerTree openers(Wire.Generate request) {
    List<List<Integer>> openers = new ArrayList<>(encoded(request));
    openers.addAll(request.scores().beginnings());
    return OpenerTree.of(openers);
  }

  private List<List<Integer>> encoded(Wire.Generate request) {
    List<String> texts = request.scores().openers();
    if (texts.isEmpty()) {
      return List.of();
    }
    List<List<Message>> chats = new ArrayList<>();
    for (Wire.Item item : request.items()) {
      if (item.messages() == null) {
        throw new ModelException(
            "ask \"%s\": openers follow chat turns, found a prompt without a template; ask it through messages"
                .formatted(item.id()));
      }
      chats.add(item.messages());
    }
    return texts.stream().map(text -> baseText.encodeAnswer(chats.getFirst(), text)).toList();
  }

  /** By the judge's own rules; who asked judges the answer all the same. */
  private AnswerWatch watch(List<Wire.Item> items) {
    Map<String, String> requests = new HashMap<>();
    for (Wire.Item item : items) {
      if (item.mayEndDecided() && item.messages() != null && !baseText.mayThink()) {
        requests.put(item.id(), item.messages().getLast().content());
      }
    }
    return (prompt, begun) -> {
      String asked = requests.get(prompt.id());
      return asked != null && Settled.isSettled(asked, baseText.decode(begun));
    };
  }

  private Prompt toPrompt(Wire.Item item, Map<List<Message>, List<Integer>> beginnings) {
    List<Integer> tokens = encode(baseText, item);
    if (item.side() == Side.TUNED && !encode(tunedText, item).equals(tokens)) {
      throw new ModelException(
          "ask \"%s\": the tuned model's tokenizer or chat template gives other tokens than the"
                  .formatted(item.id())
              + " base's; both must be asked the same, so give it the base's files");
    }
    if (tokens.isEmpty()) {
      throw new ModelException(
          "ask \"%s\" gives no token; expected text that the tokenizer knows".formatted(item.id()));
    }
    return new Prompt(item.id(), item.side(), tokens, shared(item, tokens, beginnings));
  }

  /**
   * By the system prompt alone, and not by what else is asked: how a prompt is read must not depend
   * on its company.
   */
  private int shared(
      Wire.Item item, List<Integer> tokens, Map<List<Message>, List<Integer>> beginnings) {
    if (item.messages() == null) {
      return 0;
    }
    List<Message> system =
        item.messages().stream().takeWhile(message -> message.role() == Role.SYSTEM).toList();
    List<Integer> beginning = beginnings.computeIfAbsent(system, baseText::sharedTokens);
    boolean begins =
        tokens.size() >= beginning.size() && tokens.subList(0, beginning.size()).equals(beginning);
    return begins ? beginning.size() : 0;
  }

  private static List<Integer> encode(ChatTokenizer text, Wire.Item item) {
    if (item.messages() != null) {
      return text.encodeChat(item.messages());
    }
    if (item.prompt() != null) {
      return text.encodeRaw(item.prompt());
    }
    throw new ModelException("ask \"%s\" has neither messages nor prompt".formatted(item.id()));
  }

  /** Both sides are read by the base's tokenizer: a tuned one could make any token a refusal. */
  private Wire.Reply toReply(Generation generation) {
    return new Wire.Reply(
        generation.id(),
        generation.side(),
        generation.tokens(),
        baseText.decode(generation.tokens()),
        generation.stopped(),
        generation.likelihoods());
  }

  @Override
  public void close() {
    models.close();
    baseText.close();
    if (tunedText != baseText) {
      tunedText.close();
    }
  }
}
