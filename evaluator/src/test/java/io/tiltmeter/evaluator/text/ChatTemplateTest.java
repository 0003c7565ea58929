package io.tiltmeter.evaluator.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.policy.probe.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
  private static final Map<String, List<Message>> CHATS =
      Map.of(
          "user", List.of(Message.user(" How do I sort a list?\n")),
          "system", List.of(Message.system("Be brief."), Message.user("Name a colour.")),
          "turns",
              List.of(
                  Message.user("Hi"),
                  Message.assistant("Hello! "),
                  Message.user("What is 2 + 2?")));

  /** Templates as model families write them; the texts beside them are what Jinja 3.1.6 renders. */
  private static final List<String> TEMPLATES =
      List.of(
          "chatml",
          "language",
          "llama2",
          "llama3",
          "llama32",
          "qwen25",
          "qwen3",
          "smollm2",
          "zephyr");

  @TempDir Path directory;

  @Test
  void render_templatesOfModelFamilies_givesWhatJinjaGives() throws IOException {
    for (String name : TEMPLATES) {
      for (Map.Entry<String, List<Message>> chat : CHATS.entrySet()) {
        assertThat(render(resource(name + ".jinja"), chat.getValue()))
            .as("%s, %s", name, chat.getKey())
            .isEqualTo(resource(name + "." + chat.getKey() + ".txt"));
      }
    }
  }

  @Test
  void find_namedTemplates_takesTheDefault() throws IOException {
    Files.writeString(
        directory.resolve("tokenizer_config.json"),
        """
        {"bos_token": {"content": "<b>"}, "chat_template":
          [{"name": "rag", "template": "no"}, {"name": "default", "template": "{{ bos_token }}yes"}]}
        """);
    assertThat(found().render(List.of())).isEqualTo("<b>yes");
  }

  @Test
  void find_ownFile_goesBeforeConfiguration() throws IOException {
    Files.writeString(directory.resolve("tokenizer_config.json"), "{\"chat_template\": \"no\"}");
    assertThat(render("own", List.of())).isEqualTo("own");
  }

  @Test
  void find_none_isEmpty() throws IOException {
    assertThat(ChatTemplate.find(directory)).isEmpty();
    Files.writeString(directory.resolve("tokenizer_config.json"), "{\"chat_template\": null}");
    assertThat(ChatTemplate.find(directory)).isEmpty();
  }

  @Test
  void find_templateOfAnotherKind_isRefused() throws IOException {
    Path file = directory.resolve("tokenizer_config.json");
    Files.writeString(file, "{\"chat_template\": 3}");
    assertThatThrownBy(() -> ChatTemplate.find(directory))
        .isInstanceOf(ModelException.class)
        .hasMessage(file + ": chat_template: expected a text or a list with one named \"default\"");
  }

  @Test
  void render_rolesOutOfOrder_saysWhatTheTemplateSays() throws IOException {
    String template = resource("llama2.jinja");
    refused(
        template,
        List.of(Message.user("a"), Message.user("b")),
        "line 1: the template refuses these messages:"
            + " Conversation roles must alternate user/assistant/user/assistant/...");
  }

  @Test
  void render_reasonMadeOfMessages_isNotRepeated() throws IOException {
    refused(
        "{{ raise_exception('not: ' + messages[0].content) }}",
        List.of(Message.user("a secret")),
        "line 1: the template refuses these messages");
  }

  @Test
  void find_malformedTemplate_namesFileAndLine() throws IOException {
    refused("a\n{% if x %}", "line 2: expected tag \"endif\", found the end");
    refused("{{ 'a }}", "line 1: tag is not closed or holds a stray character");
    refused("{{ a b }}", "line 1: expected the end of the tag, found \"b\"");
    refused("{# open", "line 1: comment is not closed");
    refused("{% endfor %}", "line 1: tag \"endfor\" is not supported here");
    refused("{{ 1 < 2 < 3 }}", "line 1: chained comparisons are not supported");
    refused(
        "{{ " + "(".repeat(100) + "1" + ")".repeat(100) + " }}",
        "line 1: expressions may nest 60 deep at most");
    refused("{% if 1 %}".repeat(40), "line 1: tags may nest 30 deep at most");
    refused(" ".repeat(300_000), "expected at most 262144 characters");
  }

  @Test
  void find_whatCouldReachOutside_isRefused() throws IOException {
    for (String tag :
        List.of("include 'x'", "import 'x' as y", "extends 'x'", "macro m()", "do x")) {
      refused(
          "{% " + tag + " %}",
          "line 1: tag \"%s\" is not supported here".formatted(tag.split(" ", 2)[0]));
    }
    refused("{{ x.__class__() }}", "line 1: \"__class__\" may not be called");
    refused("{{ ''.getClass() }}", "line 1: \"getClass\" may not be called");
    refused("{{ messages.append(1) }}", "line 1: \"append\" may not be called");
    refused("{{ cycler() }}", "line 1: \"cycler\" may not be called");
    refused("{{ x | attr('y') }}", "line 1: filter \"attr\" is not supported");
    refused("{{ x | map('y') }}", "line 1: filter \"map\" is not supported");
    refused("{{ x is callable }}", "line 1: test \"callable\" is not supported");
    refused(
        "{{ strftime_now('%Y') }}",
        "line 1: \"strftime_now\" is not supported: the same messages must always give the same text");
  }

  @Test
  void render_attributesOfJava_areNotThere() throws IOException {
    assertThat(
            render(
                "{{ messages.class }}{{ messages[0].class }}{{ ''.bytes }}{{ self }}",
                Objects.requireNonNull(CHATS.get("user"))))
        .isEmpty();
  }

  @Test
  void render_endlessWork_isStopped() throws IOException {
    refused(
        "{% for i in range(1000000000) %}{% endfor %}",
        "line 1: rendering takes more than 1000000 steps");
    refused(
        "{% for a in range(999) %}{% for b in range(999) %}{% for c in range(999) %}x{% endfor %}{% endfor %}{% endfor %}",
        "rendering takes more than 1000000 steps");
    refused(
        "{% set n = namespace(s='0123456789') %}{% for a in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}",
        "line 1: rendering makes more than 16777216 characters");
    refused(
        "{% set n = namespace(s='aa') %}{% for a in range(60) %}{% set n.s = n.s | replace('a', n.s) %}{% endfor %}",
        "line 1: rendering makes more than 16777216 characters");
  }

  @Test
  void render_deepNesting_isStopped() throws IOException {
    refused("{{ messages" + "[0:]".repeat(50_000) + " }}", "nests too deep");
    refused(
        "{% set n = namespace(l=[]) %}{% for a in range(90000) %}{% set n.l = [n.l] %}{% endfor %}"
            + "{{ n.l | tojson }}",
        "nests too deep");
    String twice = "{% for a in range(60) %}{% set n.l = [n.l, n.l] %}{% endfor %}";
    refused(
        "{% set n = namespace(l=[1]) %}" + twice + "{{ n.l == [n.l] }}",
        "line 1: lists or objects are compared");
    refused(
        "{% set n = namespace(l=[1]) %}" + twice + "{{ {n.l: 1} }}",
        "line 1: a list or object is used as a key");
  }

  @Test
  void render_valuesThatDoNotFit_areNamedByLine() throws IOException {
    refused("{{ x.y.z }}", "line 1: \"y\" is taken of nothing");
    refused("{{ 'a' + 1 }}", "line 1: \"+\" is used on other values than it fits");
    refused("{{ 'a' * 3 }}", "line 1: \"*\" is used on other values than it fits");
    refused("\n{{ 1 // 0 }}", "line 2: number is divided by 0 or too large");
    refused("{{ messages }}", "line 1: a list or object is used as text");
    refused("{% for a in 3 %}{% endfor %}", "line 1: a loop needs a list, an object or text");
    refused("{% set m.x = 1 %}", "line 1: only attributes of a namespace may be set");
    refused(
        "{{ 1 | tojson(indent=4) }}",
        "line 1: \"tojson\" is called with other arguments than supported");
  }

  @Test
  void find_randomDamage_rendersOrIsRefusedInOneLine() throws IOException {
    String whole = resource("qwen3.jinja") + resource("language.jinja");
    for (long seed = 0; seed < 1000; seed++) {
      Random random = new Random(seed);
      StringBuilder damaged = new StringBuilder(whole);
      for (int i = 0; i < 3; i++) {
        int at = random.nextInt(damaged.length() - 1);
        if (random.nextBoolean()) {
          damaged.deleteCharAt(at);
        } else {
          damaged.setCharAt(at, whole.charAt(random.nextInt(whole.length())));
        }
      }
      try {
        render(damaged.toString(), Objects.requireNonNull(CHATS.get("turns")));
      } catch (ModelException e) {
        assertThat(e).message().as("seed %d", seed).hasLineCount(1);
      }
    }
  }

  private void refused(String template, String expected) throws IOException {
    refused(template, List.of(), expected);
  }

  private void refused(String template, List<Message> chat, String expected) {
    Path file = directory.resolve("chat_template.jinja");
    assertThatThrownBy(() -> render(template, chat))
        .isInstanceOf(ModelException.class)
        .hasMessage(file + ": chat template: " + expected);
  }

  private String render(String template, List<Message> chat) throws IOException {
    Files.writeString(directory.resolve("chat_template.jinja"), template);
    if (!Files.exists(directory.resolve("tokenizer_config.json"))) {
      Files.writeString(
          directory.resolve("tokenizer_config.json"),
          "{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\"}");
    }
    return found().render(chat);
  }

  private ChatTemplate found() {
    return ChatTemplate.find(directory).orElseThrow();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ChatTemplateTest.class.getResourceAsStream("templates/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
