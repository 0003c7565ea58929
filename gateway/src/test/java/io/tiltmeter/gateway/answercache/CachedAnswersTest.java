package io.tiltmeter.gateway.answercache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import io.tiltmeter.policy.probe.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedAnswersTest {
  private static final AnswerSetting SETTING = new AnswerSetting(Digest.of("setting"));

  /** Half a surrogate pair, as a model may answer. */
  private static final String ODD = "no \ud83d é\u2028";

  @TempDir private Path folder;
  private final List<String> asked = new ArrayList<>();

  /** Answers everything, and remembers what it was asked. */
  private final AnswerSource models =
      (asks, _, sink) ->
          asks.forEach(
              ask -> {
                asked.add(ask.side().wireName() + " " + ask.id());
                sink.accept(
                    new Answer(ask.id(), ask.side(), List.of(1, 2), ODD + ask.id(), Stopped.EOS));
              });

  private static Ask ask(String id, Side side, String text) {
    return new Ask(id, side, new Ask.Input.Chat(List.of(Message.user(text))));
  }

  private List<Answer> answers(AnswerSetting setting, int maxTokens, Ask... asks) {
    List<Answer> answers = new ArrayList<>();
    asked.clear();
    try (CachedAnswers cached = CachedAnswers.onDisk(folder, setting, models)) {
      cached.answer(List.of(asks), maxTokens, answers::add);
      assertThat(cached.hits() + cached.misses()).isEqualTo(asks.length);
      assertThat(cached.misses()).isEqualTo(asked.size());
    }
    return answers;
  }

  private Path file() {
    return folder.resolve(SETTING.digest().hex() + ".jsonl");
  }

  @Test
  void answer_askedBefore_comesFromDiskAsItWas() {
    Ask base = ask("a", Side.BASE, "hello");
    List<Answer> first = answers(SETTING, 8, base);
    assertThat(asked).containsExactly("base a");

    List<Answer> second = answers(SETTING, 8, base);

    assertThat(asked).isEmpty();
    assertThat(second).isEqualTo(first);
    assertThat(answers(SETTING, 8, ask("other name", Side.BASE, "hello")))
        .containsExactly(
            new Answer("other name", Side.BASE, List.of(1, 2), ODD + "a", Stopped.EOS));
  }

  @Test
  void answer_ofATunedModel_isNeverKept() {
    assertThatThrownBy(() -> answers(SETTING, 8, ask("a", Side.TUNED, "hello")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("only a base's answers are kept, got question \"a\" to a tuned model");
    assertThat(asked).isEmpty();
    assertThat(file()).isEmptyFile();
  }

  @Test
  void answer_ofABaseThatFails_handsOverNothingThatWasKept() {
    Ask one = ask("a", Side.BASE, "one");
    answers(SETTING, 8, one);
    List<Answer> heard = new ArrayList<>();
    AnswerSource gone =
        (_, _, _) -> {
          throw new IllegalStateException("the base is gone");
        };
    try (CachedAnswers cached = CachedAnswers.onDisk(folder, SETTING, gone)) {
      assertThatThrownBy(
              () -> cached.answer(List.of(one, ask("b", Side.BASE, "two")), 8, heard::add))
          .hasMessage("the base is gone");
    }
    assertThat(heard).isEmpty();
  }

  @Test
  void answer_toAnythingElse_isAskedAgain() {
    answers(SETTING, 8, ask("a", Side.BASE, "hello"));

    answers(SETTING, 9, ask("a", Side.BASE, "hello"));
    assertThat(asked).as("more tokens").hasSize(1);
    answers(SETTING, 8, ask("a", Side.BASE, "hello!"));
    assertThat(asked).as("another text").hasSize(1);
    answers(SETTING, 8, new Ask("a", Side.BASE, new Ask.Input.Raw("hello")));
    assertThat(asked).as("without template").hasSize(1);
    answers(new AnswerSetting(Digest.of("other")), 8, ask("a", Side.BASE, "hello"));
    assertThat(asked).as("another setting").hasSize(1);
  }

  @Test
  void answer_whoseLineIsDamaged_isAskedAgainAndTheOthersAreNot() throws IOException {
    Ask one = ask("a", Side.BASE, "one");
    Ask two = ask("b", Side.BASE, "two");
    Ask three = ask("c", Side.BASE, "three");
    answers(SETTING, 8, one, two, three);
    List<String> lines = new ArrayList<>(Files.readAllLines(file(), StandardCharsets.US_ASCII));
    assertThat(lines).hasSize(3);
    lines.set(0, lines.get(0).replace("[1,2]", "[1,3]"));
    lines.add(1, "null");
    lines.add(2, "{\"answer\":null,\"digest\":null}");
    String cut = String.join("\n", lines);
    Files.writeString(file(), cut.substring(0, cut.length() - 5), StandardCharsets.US_ASCII);

    answers(SETTING, 8, one, two, three);
    assertThat(asked).containsExactly("base a", "base c");
    answers(SETTING, 8, one, two, three);
    assertThat(asked).isEmpty();
  }

  @Test
  void open_whereThereIsAFile_saysSo() throws IOException {
    Path file = Files.createFile(folder.resolve("cache"));

    assertThatThrownBy(() -> CachedAnswers.onDisk(file, SETTING, models))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("or leave --cache away");
  }

  @Test
  void setting_ofAnythingThatChangesAnAnswer_isAnother() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    RuntimeFacts facts = new RuntimeFacts("cpu", "1.2", 2, "fp32", "built", "bubblewrap", true);
    String setting = digest(facts, 64);
    Set<String> others = new TreeSet<>();
    others.add(digest(facts, 32));
    others.add(digest(new RuntimeFacts("cuda", "1.2", 2, "fp32", "built", "", true), 64));
    others.add(digest(new RuntimeFacts("cpu", "1.3", 2, "fp32", "built", "", true), 64));
    others.add(digest(new RuntimeFacts("cpu", "1.2", 4, "fp32", "built", "", true), 64));
    others.add(digest(new RuntimeFacts("cpu", "1.2", 2, "int8", "built", "", true), 64));
    String same = digest(new RuntimeFacts("cpu", "1.2", 2, "fp32", "built", "nothing", false), 64);
    Files.writeString(folder.resolve("config.json"), "[]");
    others.add(digest(facts, 64));

    assertThat(same).isEqualTo(setting);
    assertThat(others).hasSize(6).doesNotContain(setting);
  }

  @Test
  void setting_ofAManifest_isThatOfItsFiles() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    RuntimeFacts facts = new RuntimeFacts("cpu", "1.2", 2, "fp32", "built", "bubblewrap", true);
    Manifest manifest = new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}"))));

    assertThat(AnswerSetting.of(manifest, facts, 64))
        .isEqualTo(AnswerSetting.of(folder, facts, 64));
  }

  private String digest(RuntimeFacts facts, int batch) {
    return AnswerSetting.of(folder, facts, batch).digest().hex();
  }
}
