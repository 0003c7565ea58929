package io.tiltmeter.gateway.serve;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hosts one HTTP server; its handlers run on virtual threads. */
final class HttpVerticle extends VerticleBase {
  private static final int IDLE_SECONDS = 120;
  private static final int DRAIN_SECONDS = 10;
  private static final int LONGEST_HEADERS = 16 << 10;

  /**
   * Every piece of a body wakes its request once; with the usual 8 KiB that is most of an upload.
   */
  private static final int LONGEST_PIECE = 256 << 10;

  private final String host;
  private final int port;
  private final Consumer<Router> routes;
  private @Nullable HttpServer server;

  HttpVerticle(String host, int port, Consumer<Router> routes) {
    this.host = host;
    this.port = port;
    this.routes = routes;
  }

  @Override
  public Future<?> start() {
    Router router = Router.router(vertx);
    routes.accept(router);
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setMaxHeaderSize(LONGEST_HEADERS)
            .setMaxChunkSize(LONGEST_PIECE);
    return vertx
        .createHttpServer(options)
        .requestHandler(router)
        .listen()
        .onSuccess(listening -> server = listening);
  }

  /** Lets running requests end, for a while. */
  @Override
  public Future<?> stop() {
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS);
  }
}
