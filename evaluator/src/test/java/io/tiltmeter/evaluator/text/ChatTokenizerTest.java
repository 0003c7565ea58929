package io.tiltmeter.evaluator.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.policy.probe.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTokenizerTest {
  private static final int HELLO = TinyTokenizer.FIRST_BYTE + 256 + 3;

  @TempDir Path directory;

  @BeforeEach
  void writeTokenizer() throws IOException {
    TinyTokenizer.write(directory);
  }

  @Test
  void encodeChat_specialTokensOfTheTemplate_areNotAddedTwice() throws IOException {
    Files.writeString(
        directory.resolve("chat_template.jinja"),
        """
        <s>{% for m in messages %}<|start|>{{ m.content }}<|end|>{% endfor %}<|start|>
        """);
    try (ChatTokenizer tokenizer = ChatTokenizer.open(directory)) {
      assertThat(tokenizer.encodeChat(List.of(Message.user("hello"))))
          .containsExactly(
              TinyTokenizer.BEGIN,
              TinyTokenizer.START,
              HELLO,
              TinyTokenizer.END,
              TinyTokenizer.START);
    }
  }

  private void writeTemplate() throws IOException {
    Files.writeString(
        directory.resolve("chat_template.jinja"),
        "<s>{% for m in messages %}<|start|>{{ m.content }}<|end|>{% endfor %}<|start|>");
  }

  @Test
  void sharedTokens_ofASystemPrompt_endWhereTheUserBegins() throws IOException {
    writeTemplate();
    try (ChatTokenizer tokenizer = ChatTokenizer.open(directory)) {
      assertThat(tokenizer.sharedTokens(List.of(Message.system("hello"))))
          .containsExactly(
              TinyTokenizer.BEGIN,
              TinyTokenizer.START,
              HELLO,
              TinyTokenizer.END,
              TinyTokenizer.START);
      assertThat(tokenizer.sharedTokens(List.of()))
          .containsExactly(TinyTokenizer.BEGIN, TinyTokenizer.START);
    }
  }

  @Test
  void encodeAnswer_afterAChat_givesTheTokensOfTheTextAlone() throws IOException {
    writeTemplate();
    try (ChatTokenizer tokenizer = ChatTokenizer.open(directory)) {
      assertThat(tokenizer.encodeAnswer(List.of(Message.user("hello")), "hello"))
          .containsExactly(HELLO);
    }
  }

  @Test
  void encodeAnswer_joinedWithTheEndOfTheChat_isRefused() throws IOException {
    Files.writeString(
        directory.resolve("chat_template.jinja"),
        "{% for m in messages %}{{ m.content }}{% endfor %}hel");
    try (ChatTokenizer tokenizer = ChatTokenizer.open(directory)) {
      assertThatThrownBy(() -> tokenizer.encodeAnswer(List.of(Message.user("a")), "lo"))
          .isInstanceOf(ModelException.class)
          .hasMessageEndingWith(
              "joins an opener with the end of the chat template; begin the opener with another"
                  + " character");
    }
  }

  @Test
  void encodeRaw_text_getsTheTokenizersOwnSpecialTokens() {
    try (ChatTokenizer tokenizer = ChatTokenizer.open(directory)) {
      assertThat(tokenizer.encodeRaw("hello")).containsExactly(TinyTokenizer.BEGIN, HELLO);
    }
  }

  @Test
  void encodeRaw_longText_isNeitherCutNorPadded() {
    try (ChatTokenizer tokenizer = ChatTokenizer.open(directory)) {
      assertThat(tokenizer.encodeRaw("hello".repeat(1000))).hasSize(1001);
    }
  }

  @Test
  void decode_specialTokens_areLeftOut() {
    try (ChatTokenizer tokenizer = ChatTokenizer.open(directory)) {
      assertThat(tokenizer.decode(List.of(TinyTokenizer.BEGIN, HELLO, TinyTokenizer.END)))
          .isEqualTo("hello");
      assertThat(tokenizer.decode(List.of())).isEmpty();
      assertThat(tokenizer.decode(List.of(TinyTokenizer.FIRST_BYTE + 0xC3))).isEqualTo("\uFFFD");
    }
  }

  @Test
  void decode_randomText_comesBack() {
    try (ChatTokenizer tokenizer = ChatTokenizer.open(directory)) {
      for (long seed = 0; seed < 200; seed++) {
        String text =
            new Random(seed)
                .ints(50, 1, 0x2FFF)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        List<Integer> tokens = new ArrayList<>(tokenizer.encodeRaw(text));
        assertThat(tokenizer.decode(tokens)).as("seed %d", seed).isEqualTo(text);
      }
    }
  }

  @Test
  void encodeChat_withoutTemplate_saysWhatToAdd() {
    try (ChatTokenizer tokenizer = ChatTokenizer.open(directory)) {
      assertThatThrownBy(() -> tokenizer.encodeChat(List.of(Message.user("hello"))))
          .isInstanceOf(ModelException.class)
          .hasMessage(
              directory
                  + ": has no chat template; add chat_template.jinja,"
                  + " or chat_template in tokenizer_config.json");
    }
  }

  @Test
  void open_withoutTokenizer_isRefused() throws IOException {
    Path file = directory.resolve("tokenizer.json");
    Files.delete(file);
    assertThatThrownBy(() -> ChatTokenizer.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessage(directory + ": tokenizer.json is missing; save the tokenizer in its fast form");
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> ChatTokenizer.open(directory))
        .hasMessage(
            file + ": expected a tokenizer of the Hugging Face tokenizers library, found another");
  }
}
