package io.tiltmeter.evaluator.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tiltmeter.evaluator.decode.Likelihoods;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.policy.probe.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real child process with a real model. */
class ModelRunnerTest {
  private static final Path BASE =
      Path.of(System.getProperty("tiltmeter.root"), "fixtures/models/tiny-base");
  private static final PairSource TWICE = new PairSource.TwoModels(BASE, BASE);

  @Test
  void answer_sameModelOnBothSides_givesTheSameTokens() {
    try (ModelRunner runner = ModelRunner.start(TWICE, RunnerSettings.DEFAULT)) {
      List<Answer> answers = new ArrayList<>();
      runner.answer(bothSides("q", "What is the capital of France?"), 16, answers::add);
      assertThat(answers).hasSize(2);
      assertThat(answers.getFirst().tokens()).isNotEmpty().isEqualTo(answers.getLast().tokens());
      assertThat(answers.getFirst().text()).isNotBlank();
    }
  }

  @Test
  void answer_askedTwice_answersEachTime() {
    try (ModelRunner runner = ModelRunner.start(TWICE, RunnerSettings.DEFAULT)) {
      List<Answer> answers = new ArrayList<>();
      runner.answer(bothSides("first", "Say hello."), 4, answers::add);
      runner.answer(bothSides("second", "Say hello."), 4, answers::add);
      assertThat(answers)
          .extracting(Answer::id)
          .containsExactlyInAnyOrder("first", "first", "second", "second");
      assertThat(answers).allMatch(answer -> answer.tokens().size() <= 4);
    }
  }

  @Test
  void answer_withOpeners_findsItsOwnAnswerLikelierThanOthers() {
    try (ModelRunner runner =
        ModelRunner.start(new PairSource.BaseOnly(BASE), RunnerSettings.DEFAULT)) {
      List<Ask> base = bothSides("q", "What is the capital of France?").subList(0, 1);
      List<Answer> plain = new ArrayList<>();
      runner.answer(base, 3, plain::add);
      String own = plain.getFirst().text().strip();
      List<Answer> scored = new ArrayList<>();
      runner.answer(
          base,
          3,
          new ScoreRequest(true, List.of(own, "Zebra zebra zebra zebra"), List.of()),
          scored::add);
      Answer answer = scored.getFirst();
      assertThat(answer.tokens()).isEqualTo(plain.getFirst().tokens());
      assertThat(answer.likelihoods().tokens()).hasSize(3).allMatch(value -> value <= 0);
      assertThat(answer.likelihoods().openers().getFirst())
          .isGreaterThan(answer.likelihoods().openers().getLast() + 5);
    }
  }

  @Test
  void answer_withBeginningsInTokens_scoresThemAfterTheTexts() {
    try (ModelRunner runner =
        ModelRunner.start(new PairSource.BaseOnly(BASE), RunnerSettings.DEFAULT)) {
      List<Ask> base = bothSides("q", "What is the capital of France?").subList(0, 1);
      List<Answer> plain = new ArrayList<>();
      runner.answer(base, 2, plain::add);
      List<Integer> own = plain.getFirst().tokens();
      List<Answer> scored = new ArrayList<>();
      ScoreRequest scores =
          new ScoreRequest(true, List.of("Zebra"), List.of(own.subList(0, 1), own));
      runner.answer(base, 2, scores, scored::add);
      Likelihoods likelihoods = scored.getFirst().likelihoods();
      assertThat(likelihoods.openers()).hasSize(3);
      assertThat(likelihoods.openers().get(1)).isEqualTo(likelihoods.tokens().getFirst());
      assertThat(likelihoods.openers().get(2))
          .isCloseTo(
              likelihoods.tokens().getFirst() + likelihoods.tokens().getLast(), within(1e-4));
      assertThat(runner.mayThink()).isFalse();
    }
  }

  @Test
  void answer_openersAfterARawPrompt_areRefused() {
    ScoreRequest openers = new ScoreRequest(false, List.of("Sure"), List.of());
    List<Ask> raw = List.of(new Ask("q", Side.BASE, new Ask.Input.Raw("Hello")));
    try (ModelRunner runner =
        ModelRunner.start(new PairSource.BaseOnly(BASE), RunnerSettings.DEFAULT)) {
      assertThatThrownBy(() -> runner.answer(raw, 3, openers, _ -> {}))
          .isInstanceOf(RunnerException.class)
          .hasMessage(
              "ask \"q\": openers follow chat turns, found a prompt without a template; ask it"
                  + " through messages");
    }
  }

  @Test
  void answer_eachSideInAProcessOfItsOwn_givesTheSameAsTogether() {
    List<Ask> asks = bothSides("q", "What is the capital of France?");
    List<Answer> apart = new ArrayList<>();
    try (ModelRunner base =
            ModelRunner.start(new PairSource.BaseOnly(BASE), RunnerSettings.DEFAULT);
        ModelRunner tuned =
            ModelRunner.start(new PairSource.TunedOnly(BASE, BASE), RunnerSettings.DEFAULT);
        ModelRunner together = ModelRunner.start(TWICE, RunnerSettings.DEFAULT)) {
      base.answer(asks.subList(0, 1), 16, apart::add);
      tuned.answer(asks.subList(1, 2), 16, apart::add);
      List<Answer> both = new ArrayList<>();
      together.answer(asks, 16, both::add);
      assertThat(apart).containsExactlyInAnyOrderElementsOf(both).hasSize(2);
      assertThat(base.runtime().computesLike(tuned.runtime())).isTrue();
    }
  }

  @Test
  void answer_afterTheEndOfTheThreadThatStartedTheRunner_isThere() throws Exception {
    FutureTask<ModelRunner> start =
        new FutureTask<>(() -> ModelRunner.start(TWICE, RunnerSettings.DEFAULT));
    Thread starting = Thread.ofPlatform().start(start);
    try (ModelRunner runner = start.get(1, TimeUnit.MINUTES)) {
      starting.join();
      List<Answer> answers = new ArrayList<>();
      runner.answer(bothSides("q", "Say hello."), 4, answers::add);
      assertThat(answers).hasSize(2);
    }
  }

  @Test
  void answer_ofASideThatWasNotLoaded_isRefused() {
    List<Ask> asks = bothSides("q", "Say hello.");
    try (ModelRunner tuned =
        ModelRunner.start(new PairSource.TunedOnly(BASE, BASE), RunnerSettings.DEFAULT)) {
      assertThatThrownBy(() -> tuned.answer(asks, 4, _ -> {})).isInstanceOf(RunnerException.class);
    }
  }

  @Test
  void lazyRunner_startsWithItsFirstQuestion_andAgainAfterItsEnd() {
    List<Ask> base = bothSides("q", "Say hello.").subList(0, 1);
    List<Answer> answers = new ArrayList<>();
    try (LazyRunner lazy =
        new LazyRunner(
            () -> ModelRunner.start(new PairSource.BaseOnly(BASE), RunnerSettings.DEFAULT))) {
      lazy.answer(List.of(), 4, answers::add);
      assertThat(lazy.runtime()).isEmpty();
      assertThat(runners()).isEmpty();
      lazy.answer(base, 4, answers::add);
      assertThat(lazy.runtime()).contains(lazy.requireRuntime());
      lazy.end();
      assertThat(runners()).isEmpty();
      lazy.answer(base, 4, answers::add);
    }
    assertThat(answers).hasSize(2);
    assertThat(answers.getFirst()).isEqualTo(answers.getLast());
  }

  @Test
  void start_directoryMissing_saysExpectedAndFound(@TempDir Path dir) {
    Path nowhere = dir.resolve("nowhere");
    assertThatThrownBy(
            () ->
                ModelRunner.start(new PairSource.TwoModels(BASE, nowhere), RunnerSettings.DEFAULT))
        .isInstanceOf(RunnerException.class)
        .hasMessage(
            "expected a model directory at %s, found nothing; give the folder that holds"
                + " config.json",
            nowhere);
  }

  @Test
  void start_modelRefused_passesTheReasonOnAndLeavesNoProcess(@TempDir Path dir)
      throws IOException {
    Files.writeString(dir.resolve("pytorch_model.bin"), "x");
    assertThatThrownBy(
            () -> ModelRunner.start(new PairSource.TwoModels(BASE, dir), RunnerSettings.DEFAULT))
        .isInstanceOf(RunnerException.class)
        .hasMessageContaining("pytorch_model.bin");
    assertThat(runners()).isEmpty();
  }

  @Test
  void answer_runnerKilled_failsAndSaysHowItEnded() {
    try (ModelRunner runner = ModelRunner.start(TWICE, RunnerSettings.DEFAULT)) {
      runners().forEach(ProcessHandle::destroyForcibly);
      assertThatThrownBy(() -> runner.answer(bothSides("q", "Hello"), 4, _ -> {}))
          .isInstanceOf(RunnerException.class)
          .hasMessageStartingWith("the model runner ended with code 137");
    }
  }

  @Test
  void answer_tokenizerWhosePatternNeverEnds_failsSoon(@TempDir Path dir) throws IOException {
    copyBaseWithPattern(dir, "(a+)+$");
    try (ModelRunner runner =
        ModelRunner.start(new PairSource.BaseOnly(dir), RunnerSettings.DEFAULT)) {
      Ask harmless =
          new Ask("q", Side.BASE, new Ask.Input.Chat(List.of(Message.user("Say hello."))));
      Ask endless =
          new Ask("p", Side.BASE, new Ask.Input.Chat(List.of(Message.user("a".repeat(60) + "b"))));
      List<Answer> answers = new ArrayList<>();
      runner.answer(List.of(harmless), 4, answers::add);
      assertThat(answers).hasSize(1);
      assertThatThrownBy(() -> runner.answer(List.of(endless), 4, answers::add))
          .isInstanceOf(RunnerException.class)
          .hasMessageStartingWith("the model runner ended with code 134");
    }
    assertThat(runners()).isEmpty();
  }

  private static void copyBaseWithPattern(Path directory, String pattern) throws IOException {
    try (Stream<Path> files = Files.list(BASE)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    Path tokenizer = directory.resolve("tokenizer.json");
    String split =
        """
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split",
          "pattern": {"Regex": "%s"}, "behavior": "Isolated", "invert": false}, {"""
            .formatted(pattern);
    String text = Files.readString(tokenizer);
    Files.writeString(
        tokenizer,
        text.replaceFirst(
            "\"pre_tokenizer\"\\s*:\\s*\\{([^}]*)\\}", Matcher.quoteReplacement(split) + "$1}]}"));
  }

  @Test
  void start_runnerSilent_isEnded() {
    RunnerSettings impatient =
        RunnerSettings.DEFAULT.withLimits(RunnerLimits.DEFAULT.withSilence(Duration.ofMillis(1)));
    assertThatThrownBy(() -> ModelRunner.start(TWICE, impatient))
        .isInstanceOf(RunnerException.class)
        .hasMessage("the model runner gave no sign of life for 1 ms and was ended");
    assertThat(runners()).isEmpty();
  }

  @Test
  void answer_runnerThatReadsNothing_isEnded() throws Exception {
    RunnerSettings patient =
        RunnerSettings.DEFAULT.withLimits(RunnerLimits.DEFAULT.withSilence(Duration.ofSeconds(8)));
    try (ModelRunner runner = ModelRunner.start(TWICE, patient)) {
      stopRunners();
      // More than a pipe holds.
      String question = "Hello. ".repeat(100_000);
      assertThatThrownBy(() -> runner.answer(bothSides("q", question), 4, _ -> {}))
          .isInstanceOf(RunnerException.class)
          .hasMessage("the model runner gave no sign of life for 8000 ms and was ended");
    }
    assertThat(runners()).isEmpty();
  }

  @Test
  void answer_longerThanARoundMayTake_isEnded() throws Exception {
    RunnerSettings hurried =
        RunnerSettings.DEFAULT.withLimits(RunnerLimits.DEFAULT.withRound(Duration.ofSeconds(8)));
    try (ModelRunner runner = ModelRunner.start(TWICE, hurried)) {
      stopRunners();
      assertThatThrownBy(() -> runner.answer(bothSides("q", "Hello"), 4, _ -> {}))
          .isInstanceOf(RunnerException.class)
          .hasMessage(
              "the models had not answered after 8 s and were ended; ask fewer tokens or allow"
                  + " more time");
    }
    assertThat(runners()).isEmpty();
  }

  @Test
  void start_withLessMemoryThanItNeeds_failsAndLeavesNoProcess() {
    RunnerSettings cramped =
        RunnerSettings.DEFAULT.withLimits(RunnerLimits.DEFAULT.withMemory(300L << 20));
    assertThatThrownBy(() -> ModelRunner.start(TWICE, cramped).close())
        .isInstanceOf(RunnerException.class)
        .hasMessageContaining("memory");
    assertThat(runners()).isEmpty();
  }

  @Test
  void start_contained_seesNoEnvironmentAndNoNetwork() throws IOException {
    try (ModelRunner runner = ModelRunner.start(TWICE, RunnerSettings.DEFAULT)) {
      long pid = runners().getLast().pid();
      assertThat(environment(pid))
          .isSubsetOf(
              "PATH",
              "LANG",
              "PWD",
              "DJL_CACHE_DIR",
              "DJL_OFFLINE",
              "OPT_OUT_TRACKING",
              "ORT_DISABLE_TELEMETRY");
      if (runner.runtime().isContained()) {
        List<String> devices = Files.readAllLines(Path.of("/proc/" + pid + "/net/dev"));
        assertThat(devices.stream().filter(line -> line.contains(":")))
            .allMatch(line -> line.strip().startsWith("lo:"));
      }
    }
  }

  private static void stopRunners() throws Exception {
    for (ProcessHandle stopped : runners()) {
      new ProcessBuilder("kill", "-STOP", String.valueOf(stopped.pid())).start().waitFor();
    }
  }

  private static List<Ask> bothSides(String id, String question) {
    Ask.Input input = new Ask.Input.Chat(List.of(Message.user(question)));
    return List.of(new Ask(id, Side.BASE, input), new Ask(id, Side.TUNED, input));
  }

  /** Runners below this process, those that contain others first. */
  private static List<ProcessHandle> runners() {
    try (Stream<ProcessHandle> children = ProcessHandle.current().descendants()) {
      return children.filter(ProcessHandle::isAlive).filter(ModelRunnerTest::isRunner).toList();
    }
  }

  /**
   * Java's own view of a command line ends after 4,096 bytes, which a class path alone may have.
   */
  private static boolean isRunner(ProcessHandle child) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(child.pid()), "cmdline"))
          .contains(RunnerMain.class.getName());
    } catch (IOException _) {
      return false;
    }
  }

  private static Set<String> environment(long pid) throws IOException {
    String text = Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.UTF_8);
    return Stream.of(text.split("\0", -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> entry.substring(0, entry.indexOf('=')))
        .collect(Collectors.toSet());
  }
}
