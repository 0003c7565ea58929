package io.tiltmeter.gateway.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.run.BudgetSpentException;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.work.LeaseLostException;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.probe.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredAnswersTest {
  private static final int MOST = 16;
  private static EvaluationBench all;
  private static Bench bench;
  private static int jobs;

  private final List<String> asked = new ArrayList<>();
  private final List<Answer> heard = new ArrayList<>();
  private StoredEvaluation evaluation;
  private WorkItem item;

  @BeforeAll
  static void open(@TempDir Path root) throws IOException {
    all = new EvaluationBench(root);
    bench = all.bench;
  }

  @AfterAll
  static void close() {
    all.close();
  }

  @BeforeEach
  void begin() {
    bench.database.run("delete from work_item");
    Job job = all.evaluating("ftjob-%d".formatted(++jobs));
    evaluation = all.lay(job, (_, _) -> "");
    item = bench.lease(WorkKind.EVALUATE);
  }

  private StoredAnswers over(WorkItem lease, AnswerSource models) {
    return new StoredAnswers(
        bench.database,
        all.evaluations,
        new StoredAnswers.Try(bench.work, lease, new TimeTaken()),
        evaluation,
        models);
  }

  /** Models that give this answer to everything, until they have given so many. */
  private AnswerSource models(String text, int most) {
    return models(text, most, new IllegalStateException("the models are gone"));
  }

  private AnswerSource models(String text, int most, RuntimeException end) {
    return (asks, _, sink) -> {
      int given = 0;
      for (Ask ask : asks) {
        if (given++ == most) {
          throw end;
        }
        asked.add(ask.id());
        sink.accept(new Answer(ask.id(), ask.side(), List.of(1, 2), text, Stopped.EOS));
      }
    };
  }

  private static List<Ask> asks(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> new Ask("q-" + i, Side.TUNED, new Ask.Input.Chat(List.of(Message.user("Hi?")))))
        .toList();
  }

  private void answer(WorkItem lease, AnswerSource models, int count) {
    over(lease, models).answer(asks(count), MOST, heard::add);
  }

  @Test
  void answers_thatNoDatabaseCanHold_areKeptAsTheyAreJudged() {
    answer(item, models("a\0b\ud800c\udc00\ud83d\ude00", 1), 1);

    assertThat(heard).extracting(Answer::text).containsExactly("a\ufffdb\ufffdc\ufffd\ud83d\ude00");
    assertThat(all.evaluations.answers(bench.database, evaluation, MOST)).isEqualTo(heard);
  }

  @Test
  void answers_thatAreThere_areNotAskedAgain() {
    answer(item, models("first", 3), 3);
    answer(item, models("second", 5), 5);

    assertThat(asked).containsExactly("q-0", "q-1", "q-2", "q-3", "q-4");
    assertThat(heard)
        .extracting(Answer::text)
        .containsExactly("first", "first", "first", "first", "first", "first", "second", "second");
  }

  @Test
  void answers_beforeACrash_areThereForTheNext() {
    assertThatThrownBy(() -> answer(item, models("first", 70), 100))
        .hasMessage("the models are gone");
    asked.clear();
    bench.clock.advance(Bench.LEASE);
    answer(bench.lease(WorkKind.EVALUATE), models("second", 100), 100);

    assertThat(asked).hasSize(36).doesNotContain("q-0", "q-63").contains("q-64", "q-99");
  }

  @Test
  void answers_beforeTheTimeWasOver_areAllThereWithWhatTheyTook() {
    BudgetSpentException over = new BudgetSpentException();
    assertThatThrownBy(() -> answer(item, models("first", 70, over), 100)).isSameAs(over);

    assertThat(all.evaluations.answers(bench.database, evaluation, MOST)).hasSize(70);
    assertThat(heard).hasSize(70);
  }

  @Test
  void answers_thatAreKept_addTheTimeThatTheyTook() {
    all.evaluations.spend(bench.database, evaluation, Duration.ofMinutes(2));
    all.evaluations.spend(bench.database, evaluation, Duration.ofMillis(1_500));

    assertThat(all.evaluations.find(bench.database, bench.job(evaluation.jobId())))
        .map(StoredEvaluation::spent)
        .contains(Duration.ofMillis(121_500));
  }

  @Test
  void answers_underAnotherCap_areAskedForAnew() {
    answer(item, models("short", 1), 1);
    over(item, models("long", 1)).answer(asks(1), 2 * MOST, heard::add);

    assertThat(heard).extracting(Answer::text).containsExactly("short", "long");
  }

  @Test
  void answers_underALostLease_areNotKept() {
    bench.clock.advance(Bench.LEASE);
    WorkItem newer = bench.lease(WorkKind.EVALUATE);

    assertThatThrownBy(() -> answer(item, models("old", 1), 1))
        .isInstanceOf(LeaseLostException.class);
    assertThat(all.evaluations.answers(bench.database, evaluation, MOST)).isEmpty();
    answer(newer, models("new", 1), 1);
    assertThat(all.evaluations.answers(bench.database, evaluation, MOST))
        .extracting(Answer::text)
        .containsExactly("new");
  }
}
