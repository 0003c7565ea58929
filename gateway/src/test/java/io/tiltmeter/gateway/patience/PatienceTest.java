package io.tiltmeter.gateway.patience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PatienceTest {
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final CompletableFuture<Context> context = new CompletableFuture<>();

  /** Hosts what runs on a virtual thread, one thing after the other. */
  private final class Host extends VerticleBase {
    @Override
    public Future<?> start() {
      PatienceTest.this.context.complete(vertx.getOrCreateContext());
      return Future.succeededFuture();
    }
  }

  @BeforeEach
  void deploy() throws Exception {
    vertx
        .deployVerticle(
            new Host(), new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .await(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private <T> T onVerticle(Callable<T> body) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    context
        .get()
        .runOnContext(
            _ -> {
              try {
                result.complete(body.call());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return result.get(20, TimeUnit.SECONDS);
  }

  @Test
  void await_ofSomethingThatComesLate_leavesTheVerticleAlive() throws Exception {
    Promise<String> late = Promise.promise();
    assertThatThrownBy(() -> onVerticle(() -> Patience.await(late.future(), SHORT)))
        .hasCauseInstanceOf(TimeoutException.class);

    late.complete("late");

    assertThat(onVerticle(() -> "alive")).isEqualTo("alive");
    assertThat(onVerticle(() -> Patience.await(late.future(), SHORT))).isEqualTo("late");
  }

  @Test
  void await_ofSomethingThatComesInTime_bringsIt() throws Exception {
    Promise<String> soon = Promise.promise();
    vertx.setTimer(20, _ -> soon.complete("soon"));

    assertThat(onVerticle(() -> Patience.await(soon.future(), LONG))).isEqualTo("soon");
    assertThat(Patience.await(soon.future(), LONG)).isEqualTo("soon");
  }

  @Test
  void await_ofAFailure_throwsIt() {
    IllegalStateException failure = new IllegalStateException("no");

    assertThatThrownBy(() -> Patience.await(Future.failedFuture(failure), LONG)).isSameAs(failure);
  }

  @Test
  void await_onAThreadThatIsNotOfVertx_endsInTime() {
    assertThatThrownBy(() -> Patience.await(Promise.promise().future(), SHORT))
        .isInstanceOf(TimeoutException.class);
  }
}
