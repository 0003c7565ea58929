package io.tiltmeter.gateway.answercache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.bench.LogLines;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import io.tiltmeter.policy.probe.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over a real database; what stands for the base says what it is asked. */
class BaseAnswersTest {
  private static final RuntimeFacts FACTS =
      new RuntimeFacts("cpu", "1.2", 2, "fp32", "built", "bubblewrap", true);
  private static final int MOST = 16;
  private static final long PLENTY = 1 << 20;

  /** Half a surrogate pair and NUL, as a model may answer. */
  private static final String ODD = "no \ud83d \0 é";

  private static Bench bench;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Answer> heard = new ArrayList<>();
  private final List<String> looks = new ArrayList<>();
  private LogLines log;

  @BeforeAll
  static void open() {
    bench = Bench.open();
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  @BeforeEach
  void listen() {
    bench.database.run("delete from base_answer");
    log = LogLines.of(DatabaseAnswers.class);
  }

  @AfterEach
  void listenNoMore() {
    log.close();
  }

  private final AnswerSource base = this::answerAll;

  private void answerAll(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    for (Ask ask : asks) {
      asked.add(ask.id());
      sink.accept(new Answer(ask.id(), ask.side(), List.of(7, 8), ODD + ask.id(), Stopped.EOS));
    }
  }

  private static Ask ask(String id) {
    return new Ask(id, Side.BASE, new Ask.Input.Chat(List.of(Message.user("Say " + id))));
  }

  private static List<Ask> asks(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> ask("q-" + i)).toList();
  }

  private static BaseAnswers.Subject subject(String files, RuntimeFacts facts, int batch) {
    return new BaseAnswers.Subject(
        new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of(files)))),
        asks(0, 100).stream().map(Ask::input).collect(Collectors.toSet()),
        facts,
        batch);
  }

  private static final BaseAnswers.Subject SUBJECT = subject("{}", FACTS, 64);

  private BaseAnswers answers(long mostBytes) {
    return new BaseAnswers(
        bench.database,
        new BaseAnswerStore(bench.clock),
        mostBytes,
        (hits, misses) -> looks.add(hits + "/" + misses));
  }

  private void answer(BaseAnswers.Subject subject, int maxTokens, List<Ask> asks) {
    asked.clear();
    heard.clear();
    answers(PLENTY).answer(subject, base, asks, maxTokens, heard::add);
    assertThat(heard)
        .extracting(Answer::id)
        .containsExactlyInAnyOrderElementsOf(asks.stream().map(Ask::id).toList());
  }

  private static long kept() {
    return bench.count("select count(*) from base_answer");
  }

  @Test
  void answer_thatIsKept_isNotAskedOfTheBase() {
    answer(SUBJECT, MOST, asks(0, 70));
    assertThat(asked).hasSize(70);
    answer(SUBJECT, MOST, asks(69, 72));

    assertThat(asked).containsExactly("q-70", "q-71");
    assertThat(looks).containsExactly("0/70", "1/2");
    assertThat(heard)
        .contains(
            new Answer("q-69", Side.BASE, List.of(7, 8), "no \ufffd \ufffd éq-69", Stopped.EOS));
    assertThat(kept()).isEqualTo(72);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void answer_withoutAToken_isKeptToo() {
    AnswerSource silent =
        (asks, _, sink) ->
            asks.forEach(
                ask -> sink.accept(new Answer(ask.id(), ask.side(), List.of(), "", Stopped.EOS)));
    answers(PLENTY).answer(SUBJECT, silent, asks(0, 1), MOST, heard::add);
    answer(SUBJECT, MOST, asks(0, 1));

    assertThat(asked).isEmpty();
    assertThat(heard).containsExactly(new Answer("q-0", Side.BASE, List.of(), "", Stopped.EOS));
  }

  @Test
  void answer_inAnotherSetting_isAskedOfTheBase() {
    answer(SUBJECT, MOST, asks(0, 1));
    for (BaseAnswers.Subject other :
        List.of(
            subject("[]", FACTS, 64),
            subject("{}", FACTS, 32),
            subject(
                "{}", new RuntimeFacts("cuda", "1.2", 2, "fp32", "built", "bubblewrap", true), 64),
            subject(
                "{}", new RuntimeFacts("cpu", "1.3", 2, "fp32", "built", "bubblewrap", true), 64),
            subject(
                "{}", new RuntimeFacts("cpu", "1.2", 2, "int8", "built", "bubblewrap", true), 64),
            subject(
                "{}",
                new RuntimeFacts("cpu", "1.2", 1, "fp32", "built", "bubblewrap", true),
                64))) {
      answer(other, MOST, asks(0, 1));
      assertThat(asked).as(other.toString()).hasSize(1);
    }
    answer(SUBJECT, MOST + 1, asks(0, 1));
    assertThat(asked).as("more tokens").hasSize(1);
    assertThat(kept()).isEqualTo(8);
  }

  @Test
  void answer_toWhatIsNoProbe_isAskedEachTimeAndNeverKept() {
    Ask replay = ask("a customer's system prompt");
    answer(SUBJECT, MOST, List.of(replay, ask("q-1")));
    answer(SUBJECT, MOST, List.of(replay, ask("q-1")));

    assertThat(asked).containsExactly(replay.id());
    assertThat(looks).containsExactly("0/1", "1/0");
    assertThat(kept()).isOne();
  }

  @Test
  void answer_ofATunedModel_isNeverKept() {
    List<Ask> tuned = List.of(new Ask("q-1", Side.TUNED, ask("q-1").input()));
    assertThatThrownBy(() -> answers(PLENTY).answer(SUBJECT, base, tuned, MOST, heard::add))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(asked).isEmpty();
    assertThat(kept()).isZero();
  }

  @Test
  void answer_whereTheTableIsGone_isAskedOfTheBase() {
    bench.database.run("alter table base_answer rename to gone");
    try {
      answer(SUBJECT, MOST, asks(0, 70));
    } finally {
      bench.database.run("alter table gone rename to base_answer");
    }
    assertThat(asked).hasSize(70);
    assertThat(looks).containsExactly("0/70");
    assertThat(log.lines())
        .containsExactly(
            "kept answers of a base are left out, it answers anew: the database refused a"
                + " statement: SQL state 42P01");
  }

  @Test
  void answer_thatCannotBeWritten_countsAllTheSame() {
    bench.database.run("alter table base_answer add constraint full_up check (bytes < 0)");
    try {
      answer(SUBJECT, MOST, asks(0, 70));
    } finally {
      bench.database.run("alter table base_answer drop constraint full_up");
    }
    assertThat(asked).hasSize(70);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .endsWith("SQL state 23514, full_up")
        .doesNotContain("no ");
  }

  @Test
  void answer_whoseRowMeansNothing_isAskedOfTheBase() {
    answer(SUBJECT, MOST, asks(0, 1));
    bench.database.run("update base_answer set stopped = 'never'");
    answer(SUBJECT, MOST, asks(0, 1));

    assertThat(asked).hasSize(1);
    assertThat(log.lines())
        .containsExactly(
            "kept answers of a base are left out, it answers anew: a row is not what was written");
  }

  @Test
  void answers_ofABaseThatFails_stayUntilThere() {
    AnswerSource failing =
        (asks, maxTokens, sink) -> {
          answerAll(asks.subList(0, 2), maxTokens, sink);
          throw new IllegalStateException("the base is gone");
        };
    assertThatThrownBy(() -> answers(PLENTY).answer(SUBJECT, failing, asks(0, 5), MOST, heard::add))
        .hasMessage("the base is gone");
    answer(SUBJECT, MOST, asks(0, 5));

    assertThat(asked).containsExactly("q-2", "q-3", "q-4");
  }

  @Test
  void answers_aboveTheMostBytes_goOldestUseFirst() {
    answer(SUBJECT, MOST, asks(0, 10));
    long bytes = bench.count("select sum(bytes) from base_answer");
    bench.clock.advance(Duration.ofMinutes(1));
    answer(SUBJECT, MOST, asks(0, 5));
    bench.clock.advance(Duration.ofMinutes(1));
    asked.clear();
    answers(bytes).answer(SUBJECT, base, asks(10, 14), MOST, heard::add);
    assertThat(bench.count("select sum(bytes) from base_answer")).isLessThanOrEqualTo(bytes);
    answer(SUBJECT, MOST, asks(0, 14));

    assertThat(asked).isSubsetOf("q-5", "q-6", "q-7", "q-8", "q-9").hasSize(5);
  }

  @Test
  void answers_ofTwoAtOnce_areRightForBothAndKeptOnce() throws Exception {
    CyclicBarrier bothLooked = new CyclicBarrier(2);
    AnswerSource together =
        (asks, maxTokens, sink) -> {
          await(bothLooked);
          answerAll(asks, maxTokens, sink);
        };
    List<Ask> forwards = asks(0, 64);
    List<Answer> first = new ArrayList<>();
    List<Answer> second = new ArrayList<>();
    BaseAnswers answers = answers(PLENTY);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> both =
          List.of(
              threads.submit(() -> answers.answer(SUBJECT, together, forwards, MOST, first::add)),
              threads.submit(
                  () -> answers.answer(SUBJECT, together, forwards.reversed(), MOST, second::add)));
      for (Future<Integer> one : both) {
        assertThat(one.get(20, TimeUnit.SECONDS)).isEqualTo(64);
      }
    }
    assertThat(first).hasSize(64).containsExactlyInAnyOrderElementsOf(second);
    assertThat(kept()).isEqualTo(64);
    assertThat(log.lines()).isEmpty();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
