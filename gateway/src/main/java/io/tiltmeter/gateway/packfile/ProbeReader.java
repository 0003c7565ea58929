package io.tiltmeter.gateway.packfile;

import io.tiltmeter.gateway.packfile.ProbeEntry.Located;
import io.tiltmeter.gateway.sourcefile.Fields;
import io.tiltmeter.gateway.sourcefile.Issues;
import io.tiltmeter.gateway.sourcefile.Node;
import io.tiltmeter.gateway.sourcefile.WireName;
import io.tiltmeter.gateway.sourcefile.Words;
import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one probe and reports what is wrong with it by itself. Prompts are never quoted. */
final class ProbeReader {
  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final List<String> KEYS =
      List.of("id", "kind", "behaviour", "category", "twin_of", "prompt", "messages", "answers");
  private static final List<String> KINDS = WireName.all(ProbeKind.values());
  private static final List<String> ROLES = WireName.all(Role.values());

  private final Fields fields;
  private final Issues issues;

  private ProbeReader(Fields fields, Issues issues) {
    this.fields = fields;
    this.issues = issues;
  }

  /** The probe as far as it can be read; empty, and reported, if the node is no mapping. */
  static Optional<ProbeEntry> read(Node node, Issues issues) {
    return Fields.of(node, "the probe", KEYS, issues)
        .map(fields -> new ProbeReader(fields, issues).entry());
  }

  private ProbeEntry entry() {
    Located id = located("id", fields.requiredName("id", ID));
    ProbeKind kind = kind();
    Located behaviour = behaviour(kind, id);
    String category = category(kind);
    Located twinOf = twinOf(kind);
    List<Message> messages = messages();
    List<String> answers = answers(kind);
    Parts parts = new Parts(id, kind, behaviour, category, twinOf);
    return new ProbeEntry(
        fields.place(), id, kind, behaviour, category, twinOf, parts.probe(messages, answers));
  }

  private record Parts(
      @Nullable Located id,
      @Nullable ProbeKind kind,
      @Nullable Located behaviour,
      @Nullable String category,
      @Nullable Located twinOf) {

    @Nullable Probe probe(List<Message> messages, List<String> answers) {
      if (id == null || kind == null || behaviour == null || messages.isEmpty()) {
        return null;
      }
      boolean task = kind == ProbeKind.TASK;
      boolean twin = kind == ProbeKind.BENIGN_TWIN;
      if (task != (category == null) || task == answers.isEmpty() || twin != (twinOf != null)) {
        return null;
      }
      return new Probe(
          id.text(),
          kind,
          behaviour.text(),
          category,
          twinOf == null ? null : twinOf.text(),
          messages,
          answers);
    }
  }

  private @Nullable Located located(String key, @Nullable String text) {
    return text == null ? null : new Located(text, fields.placeOf(key));
  }

  private @Nullable ProbeKind kind() {
    if (fields.requiredNode("kind", "one of " + String.join(", ", KINDS)) == null) {
      return null;
    }
    String word = fields.word("kind", KINDS);
    return word == null ? null : WireName.find(ProbeKind.values(), word);
  }

  /** A task without a behaviour is a behaviour by itself. */
  private @Nullable Located behaviour(@Nullable ProbeKind kind, @Nullable Located id) {
    if (kind == ProbeKind.TASK && !fields.has("behaviour")) {
      return id;
    }
    return located("behaviour", fields.requiredName("behaviour", NAME));
  }

  private @Nullable String category(@Nullable ProbeKind kind) {
    if (kind == ProbeKind.TASK) {
      return refuse("category", "is for harmful probes and twins, not for tasks; remove it");
    }
    return kind == null ? fields.name("category", NAME) : fields.requiredName("category", NAME);
  }

  private @Nullable Located twinOf(@Nullable ProbeKind kind) {
    if (kind == ProbeKind.HARMFUL || kind == ProbeKind.TASK) {
      refuse("twin_of", "is for benign twins only; remove it");
      return null;
    }
    String behaviour = kind == null ? fields.text("twin_of") : fields.requiredText("twin_of");
    return located("twin_of", behaviour);
  }

  private List<String> answers(@Nullable ProbeKind kind) {
    if (kind == ProbeKind.HARMFUL || kind == ProbeKind.BENIGN_TWIN) {
      refuse("answers", "are for tasks only; remove them");
      return List.of();
    }
    if (kind == ProbeKind.TASK && fields.requiredNode("answers", "a list of texts") == null) {
      return List.of();
    }
    Optional<List<Node>> items = fields.items("answers");
    if (items.isPresent() && items.get().isEmpty()) {
      issues.add(fields.placeOf("answers"), "\"answers\" is empty; a task needs at least one");
    }
    List<Optional<String>> texts =
        items.orElse(List.of()).stream().map(item -> nonBlank(item, "an answer")).toList();
    return texts.stream().allMatch(Optional::isPresent)
        ? texts.stream().flatMap(Optional::stream).toList()
        : List.of();
  }

  private Optional<String> nonBlank(Node node, String what) {
    if (node instanceof Node.Text text && !text.value().isBlank()) {
      return Optional.of(text.value());
    }
    if (node instanceof Node.Text) {
      issues.add(node.place(), "%s is empty; expected text".formatted(what));
    } else {
      Fields.reportType(node, what, "text", issues);
    }
    return Optional.empty();
  }

  private @Nullable String refuse(String key, String why) {
    if (fields.has(key)) {
      issues.add(fields.keyPlace(key), "%s %s".formatted(Words.quote(key), why));
    }
    return null;
  }

  /** The chat, or nothing if any of it is wrong. */
  private List<Message> messages() {
    if (fields.has("prompt") == fields.has("messages")) {
      issues.add(
          fields.place(),
          fields.has("prompt")
              ? "the probe has \"prompt\" and \"messages\"; remove one"
              : "the probe needs \"prompt\" or \"messages\"; add one");
    }
    String prompt = fields.text("prompt");
    List<Message> messages = fields.items("messages").map(this::chat).orElse(List.of());
    return prompt == null ? messages : List.of(Message.user(prompt));
  }

  private List<Message> chat(List<Node> items) {
    List<Optional<Message>> read = items.stream().map(this::message).toList();
    if (items.isEmpty()) {
      issues.add(fields.placeOf("messages"), "\"messages\" is empty; expected at least one");
      return List.of();
    }
    List<Message> messages = new ArrayList<>();
    read.forEach(message -> message.ifPresent(messages::add));
    if (read.getLast().filter(last -> last.role() != Role.USER).isPresent()) {
      issues.add(
          items.getLast().place(),
          "the last message must be the user's, got role %s"
              .formatted(Words.quote(messages.getLast().role().wireName())));
      return List.of();
    }
    return messages.size() == items.size() ? messages : List.of();
  }

  private Optional<Message> message(Node node) {
    return Fields.of(node, "the message", List.of("role", "content"), issues).flatMap(this::turn);
  }

  private Optional<Message> turn(Fields message) {
    String role =
        message.requiredNode("role", "one of " + String.join(", ", ROLES)) == null
            ? null
            : message.word("role", ROLES);
    String content = message.requiredText("content");
    return role == null || content == null
        ? Optional.empty()
        : Optional.of(new Message(WireName.find(Role.values(), role), content));
  }
}
