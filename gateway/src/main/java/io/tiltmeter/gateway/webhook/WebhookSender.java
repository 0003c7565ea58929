package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.patience.Patience;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Sends messages to customers' servers.
 *
 * <p>Customers choose where to, so this could be made to reach what only this process reaches. The
 * name is looked up once, every address of it is checked, and the connection goes to the address
 * that was checked, whatever the name means by then; the certificate is still held against the
 * name. Redirects are not followed, and of an answer nothing but its status is read.
 */
public final class WebhookSender {
  private static final int CONNECTIONS = 32;
  private static final int MAX_HEADER_BYTES = 8192;
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private final Vertx vertx;
  private final HttpClient http;
  private final Resolver resolver;
  private final WebhookSettings settings;
  private final Clock clock;

  public WebhookSender(Vertx vertx, WebhookSettings settings, Resolver resolver, Clock clock) {
    this(vertx, new HttpClientOptions(), settings, resolver, clock);
  }

  /**
   * For tests that bring a certificate of their own.
   *
   * @param tls says whom to trust
   */
  WebhookSender(
      Vertx vertx,
      HttpClientOptions tls,
      WebhookSettings settings,
      Resolver resolver,
      Clock clock) {
    this.vertx = vertx;
    this.settings = settings;
    this.resolver = resolver;
    this.clock = clock;
    this.http =
        vertx.createHttpClient(
            tls.setKeepAlive(false).setMaxHeaderSize(MAX_HEADER_BYTES),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
  }

  /**
   * A message and the secrets that its receiver may know it by.
   *
   * @param id of the event: the same however often it is sent
   */
  record Message(String id, String body, List<SigningSecret> secrets) {
    Message {
      secrets = List.copyOf(secrets);
    }
  }

  /** Sends a message once; blocks for as long as the settings allow. */
  Attempt send(URI url, Message message) {
    try {
      return new Attempt.Answered(ask(url, message));
    } catch (RefusedAddressException e) {
      return new Attempt.Failed(String.valueOf(e.getMessage()));
    } catch (Exception e) {
      // Vert.x throws checked exceptions unchecked.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while a webhook was sent", e);
      }
      return new Attempt.Failed(words(e));
    }
  }

  private int ask(URI url, Message message) throws TimeoutException {
    Future<HttpClientRequest> opened =
        vertx
            .executeBlocking(() -> options(url, address(url.getHost())), false)
            .compose(options -> http.request(Objects.requireNonNull(options)));
    try {
      return Patience.await(
          opened.compose(request -> send(request, message)).map(HttpClientResponse::statusCode),
          settings.patience());
    } finally {
      // Also where it only opens when nobody waits any more: a body is never read.
      opened.onSuccess(request -> request.connection().close());
    }
  }

  private InetAddress address(String host) throws UnknownHostException {
    InetAddress[] addresses = resolver.resolve(bare(host));
    if (!settings.allowPrivate() && !Stream.of(addresses).allMatch(PublicAddress::is)) {
      throw new RefusedAddressException();
    }
    return addresses[0];
  }

  /** Without the brackets that an address of IPv6 has in a URL. */
  static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private RequestOptions options(URI url, InetAddress address) {
    boolean encrypted = "https".equalsIgnoreCase(url.getScheme());
    int byDefault = encrypted ? HTTPS : HTTP;
    int port = url.getPort() < 0 ? byDefault : url.getPort();
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
        .setHost(url.getHost())
        .setPort(port)
        .setSsl(encrypted)
        .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery())
        .setFollowRedirects(false)
        .setConnectTimeout(settings.patience().toMillis())
        .setIdleTimeout(settings.patience().toMillis());
  }

  private Future<HttpClientResponse> send(HttpClientRequest request, Message message) {
    Instant now = clock.instant();
    Buffer body = Buffer.buffer(message.body());
    String signatures =
        message.secrets().stream()
            .map(secret -> secret.sign(message.id(), now, body.getBytes()))
            .collect(Collectors.joining(" "));
    return request
        .putHeader("content-type", "application/json")
        .putHeader("user-agent", "tiltmeter")
        .putHeader("webhook-id", message.id())
        .putHeader("webhook-timestamp", Long.toString(now.getEpochSecond()))
        .putHeader("webhook-signature", signatures)
        .send(body);
  }

  private String words(Exception e) {
    return switch (e) {
      case UnknownHostException _ -> "the name has no address";
      case TimeoutException _ -> "no answer within %d s".formatted(settings.patience().toSeconds());
      case SSLException _ -> "no TLS connection to a server that can be trusted";
      case ConnectException _ -> "no connection";
      default -> "the connection broke before an answer";
    };
  }

  /** The name means an address that nobody may be sent to. */
  private static final class RefusedAddressException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedAddressException() {
      super("the name has an address that is not on the public internet");
    }
  }
}
