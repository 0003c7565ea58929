package io.tiltmeter.evaluator.runner;

import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.AdapterReader;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.CheckpointReader;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.decode.DecodeSettings;
import io.tiltmeter.evaluator.decode.Generation;
import io.tiltmeter.evaluator.decode.ModelPair;
import io.tiltmeter.evaluator.decode.Prompt;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.onnx.RuntimeInfo;
import io.tiltmeter.evaluator.text.ChatTokenizer;
import java.nio.file.Path;
import java.util.List;
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
    Checkpoint base = CheckpointReader.read(Path.of(request.base()));
    DecodeSettings settings =
        new DecodeSettings(
            request.provider(),
            request.threads(),
            request.batch(),
            DecodeSettings.DEFAULT.cacheBytes());
    if (request.adapter() != null) {
      Adapter adapter = AdapterReader.read(Path.of(request.adapter()), base);
      ChatTokenizer text = ChatTokenizer.open(base);
      return new LoadedPair(ModelPair.ofAdapter(base, adapter, settings), text, text);
    }
    if (request.tuned() != null) {
      Checkpoint tuned = CheckpointReader.read(Path.of(request.tuned()));
      return new LoadedPair(
          ModelPair.ofCheckpoints(base, tuned, settings),
          ChatTokenizer.open(base),
          ChatTokenizer.open(tuned));
    }
    ChatTokenizer text = ChatTokenizer.open(base);
    return new LoadedPair(ModelPair.ofBase(base, settings), text, text);
  }

  Wire.Ready ready() {
    RuntimeInfo info = models.runtime();
    return new Wire.Ready(info.provider().wireName(), info.version(), info.threads());
  }

  void generate(Wire.Generate request, Consumer<Wire.Reply> sink) {
    List<Prompt> prompts = request.items().stream().map(this::toPrompt).toList();
    models.generate(prompts, request.maxTokens(), generation -> sink.accept(toReply(generation)));
  }

  private Prompt toPrompt(Wire.Item item) {
    ChatTokenizer text = text(item.side());
    if (item.messages() != null) {
      return new Prompt(item.id(), item.side(), text.encodeChat(item.messages()));
    }
    if (item.prompt() != null) {
      return new Prompt(item.id(), item.side(), text.encodeRaw(item.prompt()));
    }
    throw new ModelException("ask \"%s\" has neither messages nor prompt".formatted(item.id()));
  }

  private Wire.Reply toReply(Generation generation) {
    return new Wire.Reply(
        generation.id(),
        generation.side(),
        generation.tokens(),
        text(generation.side()).decode(generation.tokens()),
        generation.stopped());
  }

  private ChatTokenizer text(Side side) {
    return side == Side.BASE ? baseText : tunedText;
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
