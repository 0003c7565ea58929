package io.tiltmeter.evaluator.text;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.StrictJson;
import io.tiltmeter.policy.probe.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** A model's own rule for writing a chat as one text. */
final class ChatTemplate {
  private static final String TEMPLATE = "chat_template.jinja";
  private static final String CONFIG = "tokenizer_config.json";
  private static final int MAX_LENGTH = 256 << 10;

  private static final List<String> SPECIAL_TOKENS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private static final Pattern THOUGHT = Pattern.compile("think|reasoning");

  private final Path file;
  private final List<Statement> body;
  private final Map<String, Object> specialTokens;
  private final boolean thinks;

  private ChatTemplate(
      Path file, List<Statement> body, Map<String, Object> specialTokens, boolean thinks) {
    this.file = file;
    this.body = body;
    this.specialTokens = specialTokens;
    this.thinks = thinks;
  }

  /**
   * Finds and parses the template of a model directory; {@code chat_template.jinja} goes first.
   *
   * @return empty if the model has none
   * @throws ModelException if it has one that cannot be used
   */
  static Optional<ChatTemplate> find(Path directory) {
    Path config = directory.resolve(CONFIG);
    Optional<JsonNode> json =
        Files.isRegularFile(config) ? Optional.of(StrictJson.readObject(config)) : Optional.empty();
    Map<String, Object> tokens = json.map(ChatTemplate::specialTokens).orElse(Map.of());
    Path file = directory.resolve(TEMPLATE);
    if (Files.isRegularFile(file)) {
      return Optional.of(parse(file, read(file), tokens));
    }
    return json.flatMap(node -> template(config, node.path("chat_template")))
        .map(source -> parse(config, source, tokens));
  }

  private static String read(Path file) {
    try {
      // UTF-8 takes 3 bytes at most for each char.
      if (Files.size(file) > 3L * MAX_LENGTH) {
        throw tooLong(file);
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new ModelException("%s: expected UTF-8 text".formatted(file), e);
    }
  }

  private static ChatTemplate parse(Path file, String source, Map<String, Object> tokens) {
    if (source.length() > MAX_LENGTH) {
      throw tooLong(file);
    }
    try {
      return new ChatTemplate(
          file, TemplateParser.parse(source), tokens, THOUGHT.matcher(source).find());
    } catch (TemplateException e) {
      throw failed(file, e);
    }
  }

  /** Whether it speaks of thoughts, which a model may then write before its answer. */
  boolean mayThink() {
    return thinks;
  }

  private static ModelException tooLong(Path file) {
    return new ModelException(
        "%s: chat template: expected at most %d characters".formatted(file, MAX_LENGTH));
  }

  private static ModelException failed(Path file, TemplateException e) {
    return new ModelException("%s: chat template: %s".formatted(file, e.getMessage()), e);
  }

  /** A text, or a list of named texts of which "default" is for plain chats. */
  private static Optional<String> template(Path config, JsonNode node) {
    if (node.isString()) {
      return Optional.of(node.stringValue());
    }
    for (JsonNode named : node) {
      if (named.path("name").asString("").equals("default") && named.path("template").isString()) {
        return Optional.of(named.path("template").stringValue());
      }
    }
    if (!node.isMissingNode() && !node.isNull()) {
      throw new ModelException(
          "%s: chat_template: expected a text or a list with one named \"default\""
              .formatted(config));
    }
    return Optional.empty();
  }

  private static Map<String, Object> specialTokens(JsonNode config) {
    Map<String, Object> tokens = new HashMap<>();
    for (String name : SPECIAL_TOKENS) {
      JsonNode node = config.path(name);
      JsonNode content = node.isObject() ? node.path("content") : node;
      if (content.isString()) {
        tokens.put(name, content.stringValue());
      }
    }
    return tokens;
  }

  /**
   * Writes a chat up to the place where the model's answer starts.
   *
   * @throws ModelException if the template refuses the messages or fails
   */
  String render(List<Message> messages) {
    Map<String, Object> variables = new HashMap<>(specialTokens);
    variables.put("messages", messages.stream().map(ChatTemplate::value).toList());
    variables.put("add_generation_prompt", true);
    variables.put("tools", None.NONE);
    variables.put("documents", None.NONE);
    try {
      return TemplateRenderer.render(body, variables);
    } catch (TemplateException e) {
      throw failed(file, e);
    } catch (StackOverflowError e) {
      // Chains such as a.b.c and lists within lists may be as deep as the source is long.
      throw new ModelException("%s: chat template: nests too deep".formatted(file), e);
    }
  }

  private static Map<String, Object> value(Message message) {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("role", message.role().wireName());
    value.put("content", message.content());
    return value;
  }
}
