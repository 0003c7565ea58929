package io.tiltmeter.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.bench.LoopbackServer;
import io.tiltmeter.gateway.bench.TestClock;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** To where messages go, and to where they must not. */
class WebhookSenderTest {
  private static final String NAME = "hooks.example.test";
  private static final String REFUSED =
      "the name has an address that is not on the public internet";
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final WebhookSettings TO_ANYWHERE =
      new WebhookSettings(true, true, null, PATIENCE);
  private static final WebhookSettings TO_PUBLIC = new WebhookSettings(true, false, null, PATIENCE);
  private static final WebhookSender.Message MESSAGE =
      new WebhookSender.Message("evt_1", "{}", List.of(SigningSecret.create()));
  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir private Path folder;
  private Vertx vertx;
  private Receiver receiver;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    receiver = Receiver.start();
  }

  @AfterEach
  void stop() {
    receiver.close();
    LoopbackServer.await(vertx.close());
  }

  private WebhookSender sender(WebhookSettings settings, Resolver resolver) {
    return new WebhookSender(vertx, settings, resolver, TestClock.standing());
  }

  private static Resolver to(String... addresses) {
    return _ -> Stream.of(addresses).map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
  }

  /** The name is in no directory: only the address that was checked can have been asked. */
  @Test
  void send_toAName_connectsToTheAddressThatWasCheckedAndAsksForTheName() {
    AtomicInteger asked = new AtomicInteger();
    Resolver once =
        _ -> {
          asked.incrementAndGet();
          return to("127.0.0.1").resolve(NAME);
        };

    assertThat(sender(TO_ANYWHERE, once).send(receiver.url(NAME), MESSAGE))
        .isEqualTo(new Attempt.Answered(200));
    assertThat(asked).hasValue(1);
    assertThat(receiver.received().getFirst().headers().get("host")).startsWith(NAME + ":");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1"})
  void send_toANameOfAPrivateAddress_isRefusedAndNothingIsSent(String address) {
    assertThat(sender(TO_PUBLIC, to(address)).send(receiver.url(NAME), MESSAGE))
        .isEqualTo(new Attempt.Failed(REFUSED));
    assertThat(receiver.received()).isEmpty();
  }

  @Test
  void send_toANameOfWhichOneAddressIsPrivate_isRefused() {
    assertThat(sender(TO_PUBLIC, to("1.1.1.1", "127.0.0.1")).send(receiver.url(NAME), MESSAGE))
        .isEqualTo(new Attempt.Failed(REFUSED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2130706433", "0x7f.1", "127.1", "localhost", "[::ffff:127.0.0.1]"})
  void send_toLoopbackInDisguise_isNeverDone(String host) {
    Attempt attempt = sender(TO_PUBLIC, Resolver.SYSTEM).send(receiver.url(host), MESSAGE);

    assertThat(attempt).isInstanceOf(Attempt.Failed.class);
    assertThat(receiver.received()).isEmpty();
  }

  @Test
  void send_toANameWithoutAddress_says() {
    Resolver none =
        host -> {
          throw new UnknownHostException(host);
        };

    assertThat(sender(TO_PUBLIC, none).send(receiver.url(NAME), MESSAGE))
        .isEqualTo(new Attempt.Failed("the name has no address"));
  }

  @Test
  void send_toASilentServer_isGivenUpInTime() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      URI url = URI.create("http://127.0.0.1:%d/".formatted(silent.getLocalPort()));
      long start = System.nanoTime();

      assertThat(sender(TO_ANYWHERE, Resolver.SYSTEM).send(url, MESSAGE))
          .isEqualTo(new Attempt.Failed("no answer within 2 s"));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE.multipliedBy(5));
    }
  }

  @Test
  void send_whereTheBodyNeverEnds_readsTheStatusOnly() {
    receiver.endless();

    assertThat(sender(TO_ANYWHERE, Resolver.SYSTEM).send(receiver.url(), MESSAGE))
        .isEqualTo(new Attempt.Answered(200));
  }

  @Test
  void send_overTls_holdsTheCertificateAgainstTheName() throws Exception {
    Path store = certificate(NAME);
    HttpClientOptions trusting =
        new HttpClientOptions()
            .setTrustOptions(
                new PfxOptions().setPath(store.toString()).setPassword(new String(PASSWORD)));
    WebhookSender sender =
        new WebhookSender(vertx, trusting, TO_ANYWHERE, to("127.0.0.1"), TestClock.standing());
    try (Receiver encrypted = Receiver.start(context(store))) {
      assertThat(sender.send(encrypted.url(NAME), MESSAGE)).isEqualTo(new Attempt.Answered(200));
      assertThat(sender.send(encrypted.url("other.example.test"), MESSAGE))
          .isEqualTo(new Attempt.Failed("no TLS connection to a server that can be trusted"));
      assertThat(sender(TO_ANYWHERE, to("127.0.0.1")).send(encrypted.url(NAME), MESSAGE))
          .isEqualTo(new Attempt.Failed("no TLS connection to a server that can be trusted"));
      assertThat(encrypted.received()).hasSize(1);
    }
  }

  private Path certificate(String name) throws IOException, InterruptedException {
    Path store = folder.resolve("server.p12");
    Process made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=dns:" + name,
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(made.waitFor()).isZero();
    return store;
  }

  private static SSLContext context(Path store) throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }
}
