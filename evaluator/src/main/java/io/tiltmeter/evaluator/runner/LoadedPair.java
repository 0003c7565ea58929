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
import io.tiltmeter.evaluator.decode.RuntimeInfo;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.evaluator.text.ChatTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
    Adapter adapter =
        request.adapter() == null ? null : AdapterReader.read(Path.of(request.adapter()), base);
    Checkpoint tuned =
        request.tuned() == null ? null : CheckpointReader.read(Path.of(request.tuned()));
    ChatTokenizer baseText = ChatTokenizer.open(base);
    ChatTokenizer tunedText = tuned == null ? baseText : ChatTokenizer.open(tuned);
    DecodeSettings settings =
        new DecodeSettings(
            request.threads(), request.batch(), Provider.parse(request.provider()));
    return new LoadedPair(open(base, adapter, tuned, settings), baseText, tunedText);
  }

  private static ModelPair open(
      Checkpoint base,
      @Nullable Adapter adapter,
      @Nullable Checkpoint tuned,
      DecodeSettings settings) {
    return ModelPair.open(base, adapter, tuned, settings);
  }

  Wire.Ready ready() {
    RuntimeInfo info = models.runtime();
    return new Wire.Ready(info.provider(), info.version(), info.threads());
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
