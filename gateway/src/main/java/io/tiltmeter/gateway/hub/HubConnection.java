package io.tiltmeter.gateway.hub;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/** Asks a hub: follows redirects, keeps the token to the hub, tries again what broke. */
final class HubConnection implements AutoCloseable {
  private static final int MAX_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final HubSettings settings;
  private final HttpClient http;

  HubConnection(HubSettings settings) {
    this.settings = settings;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.patience())
            .build();
  }

  /** Something that a broken connection ends early. */
  @FunctionalInterface
  interface Attempt<T> {
    /**
     * Tries.
     *
     * @throws IOException if trying again may help
     */
    T run() throws IOException;
  }

  /**
   * Tries until it works.
   *
   * @throws HubException when trying has not helped, or cannot help
   */
  <T> T persist(String what, Attempt<T> attempt) {
    for (int tried = 1; ; tried++) {
      try {
        return attempt.run();
      } catch (IOException e) {
        if (tried >= settings.attempts()) {
          throw new HubException(
              "%s: could not be fetched from %s in %d tries: %s; check the address and the network"
                  .formatted(what, settings.address(), tried, Broken.words(e)),
              e);
        }
        pause(settings.pause().multipliedBy(tried));
      }
    }
  }

  private static void pause(Duration duration) {
    Executor later =
        CompletableFuture.delayedExecutor(duration.toNanos(), TimeUnit.NANOSECONDS, Runnable::run);
    CompletableFuture.runAsync(() -> {}, later).join();
  }

  /** The hub's own address, below which a path lies. */
  URI address(String path) {
    return URI.create(settings.address() + path);
  }

  Duration patience() {
    return settings.patience();
  }

  /**
   * The first answer that is no redirect; its body must be received or discarded.
   *
   * @return status 200 or 206
   * @throws IOException if trying again may help
   * @throws HubException if the hub refuses
   */
  HttpResponse<Flow.Publisher<List<ByteBuffer>>> get(
      HubModel model, URI start, Map<String, String> headers) throws IOException {
    URI address = start;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      HttpResponse<Flow.Publisher<List<ByteBuffer>>> answer = send(address, headers);
      if (answer.statusCode() == 200 || answer.statusCode() == 206) {
        return answer;
      }
      Receiver.discard(answer);
      if (!REDIRECTS.contains(answer.statusCode())) {
        throw new Refusal(settings, model, address).of(answer);
      }
      address = Redirect.target(address, answer.headers().firstValue("location").orElse(""));
    }
    throw new HubException(
        "%s: redirected more than %d times, last to %s; check the address of the hub"
            .formatted(model, MAX_REDIRECTS, Redirect.shown(address)));
  }

  private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(
      URI address, Map<String, String> headers) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(settings.patience())
            .header("user-agent", "tiltmeter")
            // A digest is over the content, not over a compressed form of it.
            .header("accept-encoding", "identity");
    headers.forEach(request::header);
    if (settings.token() != null && Redirect.sameOrigin(settings.address(), address)) {
      request.header("authorization", settings.token().header());
    }
    try {
      return http.send(request.build(), BodyHandlers.ofPublisher());
    } catch (InterruptedException e) {
      throw Broken.interrupted(e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
