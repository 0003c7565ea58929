package io.tiltmeter.gateway.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Serves routes on loopback as the gateway does: handlers run on virtual threads. */
public final class LoopbackServer {
  private LoopbackServer() {}

  /** Starts one, which ends with its Vert.x; its port. */
  public static int start(Vertx vertx, Consumer<Router> routes) {
    int[] bound = new int[1];
    VerticleBase verticle =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            Router router = Router.router(vertx);
            routes.accept(router);
            return vertx
                .createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .onSuccess(server -> bound[0] = server.actualPort());
          }
        };
    await(
        vertx.deployVerticle(
            verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    return bound[0];
  }

  /** Waits for what must not take long. */
  public static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("took too long", e);
    }
  }
}
