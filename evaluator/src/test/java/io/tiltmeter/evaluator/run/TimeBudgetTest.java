package io.tiltmeter.evaluator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.RunnerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimeBudgetTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final List<Ask> ASKS = List.of(new Ask("a", Side.BASE, new Ask.Input.Raw("x")));

  private final List<Answer> heard = new ArrayList<>();

  @Test
  void answer_withTimeLeft_handsOverOnTheCallersThread() {
    List<Thread> threads = new ArrayList<>();
    AnswerSource models = (asks, _, sink) -> asks.forEach(ask -> sink.accept(answer(ask)));
    TimeBudget.of(models, HOUR)
        .answer(
            ASKS,
            8,
            answer -> {
              heard.add(answer);
              threads.add(Thread.currentThread());
            });
    assertThat(heard).hasSize(1);
    assertThat(threads).containsOnly(Thread.currentThread());
  }

  @Test
  void answer_modelsThatNeverEnd_areInterruptedAtTheEndOfTheTime() {
    CountDownLatch interrupted = new CountDownLatch(1);
    AnswerSource models =
        (asks, _, sink) -> {
          sink.accept(answer(asks.getFirst()));
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
            throw new RunnerException("interrupted", e);
          }
        };
    TimeBudget budget = TimeBudget.of(models, Duration.ofMillis(300));
    assertThatThrownBy(() -> budget.answer(ASKS, 8, heard::add))
        .isInstanceOf(BudgetSpentException.class);
    assertThat(heard).hasSize(1);
    assertThat(interrupted.getCount()).isZero();
  }

  @Test
  void answer_withoutTimeLeft_asksNobody() {
    List<Ask> asked = new ArrayList<>();
    AnswerSource models = (asks, _, _) -> asked.addAll(asks);
    assertThatThrownBy(() -> TimeBudget.of(models, Duration.ZERO).answer(ASKS, 8, heard::add))
        .isInstanceOf(BudgetSpentException.class);
    assertThat(asked).isEmpty();
    assertThat(heard).isEmpty();
  }

  @Test
  void answer_withMoreTimeThanCanBeCounted_waitsForTheModels() {
    AnswerSource models = (asks, _, sink) -> asks.forEach(ask -> sink.accept(answer(ask)));
    TimeBudget.of(models, Duration.ofDays(999_999)).answer(ASKS, 8, heard::add);
    assertThat(heard).hasSize(1);
  }

  @Test
  void answer_toACallerThatIsInterrupted_waitsUntilTheModelsHaveGivenUp() {
    CountDownLatch over = new CountDownLatch(1);
    Thread caller = Thread.currentThread();
    AnswerSource models =
        (_, _, _) -> {
          caller.interrupt();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            over.countDown();
            throw new RunnerException("interrupted", e);
          }
        };
    assertThatThrownBy(() -> TimeBudget.of(models, HOUR).answer(ASKS, 8, heard::add))
        .isInstanceOf(RunnerException.class);
    assertThat(over.getCount()).isZero();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void answer_modelsThatFail_failsAsTheyDo() {
    RunnerException failure = new RunnerException("the model runner ended");
    AnswerSource broken =
        (_, _, _) -> {
          throw failure;
        };
    assertThatThrownBy(() -> TimeBudget.of(broken, HOUR).answer(ASKS, 8, heard::add))
        .isSameAs(failure);
  }

  private static Answer answer(Ask ask) {
    return new Answer(ask.id(), ask.side(), List.of(1), "Yes.", Stopped.EOS);
  }
}
