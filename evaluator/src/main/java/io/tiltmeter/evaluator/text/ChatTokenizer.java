package io.tiltmeter.evaluator.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.policy.probe.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model's tokenizer and chat template. Holds native memory until closed; calls from several
 * threads are safe.
 */
public final class ChatTokenizer implements AutoCloseable {
  private final Path directory;
  private final HuggingFaceTokenizer tokenizer;
  private final Optional<ChatTemplate> template;

  static {
    // The library would otherwise report its use to its makers and look for GPU builds of itself.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("RUST_FLAVOR", "cpu");
  }

  private ChatTokenizer(
      Path directory, HuggingFaceTokenizer tokenizer, Optional<ChatTemplate> template) {
    this.directory = directory;
    this.tokenizer = tokenizer;
    this.template = template;
  }

  /** Opens the tokenizer of a model that was checked. */
  public static ChatTokenizer open(Checkpoint checkpoint) {
    return open(checkpoint.directory());
  }

  /**
   * Opens the tokenizer of a model directory: {@code tokenizer.json}, and {@code
   * chat_template.jinja} or the template in {@code tokenizer_config.json}. Reads local files only.
   *
   * @throws ModelException if the tokenizer is missing, or it or the template cannot be used
   */
  public static ChatTokenizer open(Path directory) {
    Path file = directory.resolve("tokenizer.json");
    if (!Files.isRegularFile(file)) {
      throw new ModelException(
          "%s: tokenizer.json is missing; save the tokenizer in its fast form"
              .formatted(directory));
    }
    Optional<ChatTemplate> template = ChatTemplate.find(directory);
    return new ChatTokenizer(directory, load(file), template);
  }

  private static HuggingFaceTokenizer load(Path file) {
    Map<String, String> options = Map.of("truncation", "do_not_truncate", "padding", "do_not_pad");
    try (InputStream in = Files.newInputStream(file)) {
      return HuggingFaceTokenizer.newInstance(in, options);
    } catch (IOException | RuntimeException e) {
      throw new ModelException(
          "%s: expected a tokenizer of the Hugging Face tokenizers library, found another"
              .formatted(file),
          e);
    }
  }

  /**
   * Tokens of a chat up to the place where the model's answer starts. Special tokens are those that
   * the template writes; none is added.
   *
   * @throws ModelException if the model has no chat template, or it refuses the messages
   */
  public List<Integer> encodeChat(List<Message> messages) {
    return encode(render(messages), false);
  }

  /**
   * The tokens that all chats begin with that begin with these messages: those of the messages, and
   * of what the template writes around them.
   *
   * @param messages system prompts, or none
   * @throws ModelException as for a chat of them and a user's turn
   */
  public List<Integer> sharedTokens(List<Message> messages) {
    List<Integer> one = encodeChat(with(messages, Message.user("a")));
    List<Integer> other = encodeChat(with(messages, Message.user("0")));
    int shared = 0;
    while (shared < Math.min(one.size(), other.size())
        && one.get(shared).equals(other.get(shared))) {
      shared++;
    }
    return one.subList(0, shared);
  }

  private static List<Message> with(List<Message> messages, Message last) {
    List<Message> all = new ArrayList<>(messages);
    all.add(last);
    return all;
  }

  /**
   * Tokens of a text at the place where the answer to a chat starts.
   *
   * @param text not empty
   * @throws ModelException also if the tokenizer joins the text with the end of the chat
   */
  public List<Integer> encodeAnswer(List<Message> messages, String text) {
    String chat = render(messages);
    List<Integer> before = encode(chat, false);
    List<Integer> whole = encode(chat + text, false);
    int length = before.size();
    if (whole.size() <= length || !whole.subList(0, length).equals(before)) {
      throw new ModelException(
          "%s: the tokenizer joins an opener with the end of the chat template; begin the opener with another character"
              .formatted(directory));
    }
    return whole.subList(length, whole.size());
  }

  private String render(List<Message> messages) {
    return template
        .orElseThrow(
            () ->
                new ModelException(
                    "%s: has no chat template; add chat_template.jinja, or chat_template in"
                            .formatted(directory)
                        + " tokenizer_config.json"))
        .render(messages);
  }

  /** Whether the chat template speaks of thoughts, so that an answer may begin with one. */
  public boolean mayThink() {
    return template.filter(ChatTemplate::mayThink).isPresent();
  }

  /** Tokens of a text, with the special tokens that the tokenizer adds around a text. */
  public List<Integer> encodeRaw(String text) {
    return encode(text, true);
  }

  private List<Integer> encode(String text, boolean addSpecialTokens) {
    long[] ids = tokenizer.encode(text, addSpecialTokens, false).getIds();
    return Arrays.stream(ids).mapToObj(Math::toIntExact).toList();
  }

  /** Text of tokens, special tokens left out; bytes that are not UTF-8 become U+FFFD. */
  public String decode(List<Integer> tokens) {
    return tokenizer.decode(tokens.stream().mapToLong(Integer::longValue).toArray(), true);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
