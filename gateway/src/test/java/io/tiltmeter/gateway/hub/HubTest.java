package io.tiltmeter.gateway.hub;

import static io.tiltmeter.gateway.hub.FakeHub.COMMIT;
import static io.tiltmeter.gateway.hub.FakeHub.INFO;
import static io.tiltmeter.gateway.hub.FakeHub.MODEL;
import static io.tiltmeter.gateway.hub.FakeHub.RESOLVE;
import static io.tiltmeter.gateway.hub.FakeHub.STORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.vet.VettingFinding;
import io.tiltmeter.evaluator.vet.VettingLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubTest {
  private static final String WEIGHTS = "model.safetensors";
  private static final int SIZE = 300_000;
  private static final String SECRET = "hf_mostSecret";

  @TempDir private Path folder;
  private FakeHub hub;

  @BeforeEach
  void start() throws IOException {
    byte[] weights = new byte[SIZE];
    new Random(7).nextBytes(weights);
    hub =
        FakeHub.start()
            .large(WEIGHTS, weights)
            .file("config.json", "{}".getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private HubSettings settings(@Nullable HubToken token, Duration patience) {
    return new HubSettings(hub.address(), token, patience, Duration.ZERO, 3);
  }

  private HubResult fetch(HubSettings settings, VettingLimits limits, HubProgress progress) {
    try (Hub open = new Hub(settings, limits)) {
      return open.fetch(MODEL, folder, progress);
    }
  }

  private HubResult fetch() {
    return fetch(settings(null, Duration.ofSeconds(5)), VettingLimits.DEFAULT, (_, _) -> {});
  }

  private AbstractThrowableAssert<?, ? extends Throwable> failure() {
    return assertThatThrownBy(this::fetch).isInstanceOf(HubException.class);
  }

  private void assertWeightsAreRight() throws IOException {
    assertThat(Files.readAllBytes(folder.resolve(WEIGHTS))).isEqualTo(hub.content(WEIGHTS));
  }

  @Test
  void fetch_ofAModel_bringsItsFilesSmallOnesFirst() throws IOException {
    List<Long> done = new ArrayList<>();
    HubResult result =
        fetch(
            settings(null, Duration.ofSeconds(5)),
            VettingLimits.DEFAULT,
            (now, total) -> {
              assertThat(total).isEqualTo(SIZE + 2);
              done.add(now);
            });

    assertThat(result).isEqualTo(new HubResult.Fetched(List.of(), List.of()));
    assertThat(folder.resolve("config.json")).hasContent("{}");
    assertWeightsAreRight();
    assertThat(hub.paths())
        .containsExactly(INFO, RESOLVE + "config.json", RESOLVE + WEIGHTS, STORE + WEIGHTS);
    assertThat(done).isSorted().startsWith(2L).endsWith(SIZE + 2L);
  }

  @Test
  void fetch_ofWhatIsNoPartOfAModel_leavesItThereAndNamesIt() {
    hub.entry("LICENSE", 3, Map.of())
        .entry(".gitattributes", 3, Map.of())
        .entry("original/consolidated.00.pth", 3, Map.of())
        .entry("onnx/model.onnx", 3, Map.of());

    assertThat(fetch())
        .isEqualTo(
            new HubResult.Fetched(
                List.of(
                    "LICENSE", ".gitattributes", "original/consolidated.00.pth", "onnx/model.onnx"),
                List.of()));
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder(WEIGHTS, "config.json");
  }

  @ParameterizedTest
  @CsvSource({
    "pytorch_model.bin,PICKLE",
    "modeling_llama.py,CODE_FILE",
    "model.gguf,GGUF",
    "model.zip,ARCHIVE",
    "flax_model.msgpack,OTHER_WEIGHTS",
    "training_args.bin,OPTIMIZER_STATE",
    "adapter_model.safetensors,WRONG_KIND"
  })
  void fetch_ofAModelWithSuchAFile_isRefusedBeforeAnythingIsFetched(String name, String rule) {
    hub.entry(name, 3, Map.of());

    assertThat(fetch())
        .isInstanceOfSatisfying(
            HubResult.Refused.class,
            refused ->
                assertThat(refused.findings())
                    .singleElement()
                    .satisfies(
                        finding -> {
                          assertThat(finding.rule().name()).isEqualTo(rule);
                          assertThat(finding.path()).isEqualTo(name);
                        }));
    assertThat(hub.paths()).containsExactly(INFO);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void fetch_ofMoreThanTheLimits_isRefusedBeforeAnythingIsFetched() {
    hub.entry("vocab.json", Long.MAX_VALUE, Map.of());

    HubResult result =
        fetch(settings(null, Duration.ofSeconds(5)), new VettingLimits(2, 1000), (_, _) -> {});

    assertThat(((HubResult.Refused) result).findings().stream().map(VettingFinding::toString))
        .containsExactly(
            ".: expected at most 2 files, found 3 (too-many-files)",
            ".: expected at most 1000 bytes, found 9223372036854775807 (too-many-bytes)");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void fetch_ofAFileWithoutADigest_saysThatItWasNotChecked() {
    hub.file("README.md", new byte[] {'#'});
    hub.entry("vocab.json", 2, Map.of()).replace("vocab.json", new byte[2]);

    assertThat(fetch()).isEqualTo(new HubResult.Fetched(List.of(), List.of("vocab.json")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../config.json", "/etc/passwd", "a/../../b", "..", "a\\b", "a//b", "", "x\ny"})
  void fetch_ofAPathThatLeadsAway_isRefused(String path) {
    hub.entry(path, 2, Map.of());

    failure()
        .hasMessageStartingWith("hf://org/name@%s: the hub lists a file as \"".formatted(COMMIT))
        .hasMessageEndingWith("expected a relative path without \"..\"")
        .message()
        .hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void fetch_ofAPathThatIsListedTwice_isRefused() {
    hub.entry("config.json", 2, Map.of());

    failure().hasMessageContaining("the hub lists \"config.json\" twice");
  }

  @Test
  void fetch_ofAFileWithoutSize_isRefused() {
    hub.entry("vocab.json", -1, Map.of());

    failure().hasMessageContaining("the hub gives no size for vocab.json");
  }

  @Test
  void fetch_ofADigestThatIsNone_isRefused() {
    hub.entry("vocab.json", 2, Map.of("lfs", Map.of("sha256", "abc", "size", 2)));

    failure().hasMessageContaining("the hub gives \"abc\" as the digest of vocab.json");
  }

  @Test
  void fetch_ofAnotherCommitThanAsked_isRefused() {
    hub.info.put("sha", "f".repeat(40));

    failure()
        .hasMessage(
            "hf://org/name@%s: expected the hub to answer with this commit, found \"%s\"; name the commit itself"
                .formatted(COMMIT, "f".repeat(40)));
  }

  @Test
  void fetch_ofADescriptionWithoutFiles_isRefused() {
    hub.info.remove("siblings");

    failure().hasMessageContaining("as member \"siblings\", found none");
  }

  @Test
  void fetch_fromAWebsite_saysThatItIsNoHub() {
    hub.behaviours.put(
        INFO, exchange -> FakeHub.text(exchange, 200, "text/html; charset=utf-8", "<html>"));

    failure()
        .hasMessage(
            "hf://org/name@%s: expected JSON from %s%s, found text/html; check the address of the hub"
                .formatted(COMMIT, hub.address(), INFO));
  }

  @Test
  void fetch_ofJsonThatIsNone_saysThatItIsNoHub() {
    hub.behaviours.put(INFO, exchange -> FakeHub.text(exchange, 200, "application/json", "<html>"));

    failure().hasMessageContaining("found something else; check the address of the hub");
  }

  @Test
  void fetch_ofAnEndlessDescription_givesUp() {
    hub.info.put("more", "x".repeat(17 << 20));

    failure().hasMessageContaining("expected a description of at most 16777216 bytes, found more");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401|it may be private or gated: set HF_TOKEN to a token that may read it",
        "403|it may be private or gated: set HF_TOKEN to a token that may read it",
        "404|check organisation, name and commit, or set HF_TOKEN if it is private",
        "400|expected a file or a redirect, check the address of the hub"
      })
  void fetch_thatTheHubRefuses_saysWhatToDo(int status, String remedy) {
    hub.behaviours.put(
        RESOLVE + "config.json", exchange -> FakeHub.text(exchange, status, "text/plain", "no"));

    failure()
        .hasMessage(
            "hf://org/name@%s: %s%sconfig.json answered %d; %s"
                .formatted(COMMIT, hub.address(), RESOLVE, status, remedy));
    assertThat(hub.paths()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"12,in 12 s", "soon,later"})
  void fetch_thatTheHubPutsOff_saysUntilWhen(String after, String when) {
    hub.behaviours.put(
        INFO,
        exchange -> {
          exchange.getResponseHeaders().set("retry-after", after);
          FakeHub.text(exchange, 429, "text/plain", "no");
        });

    failure().hasMessageEndingWith("answered 429, too many requests; try again " + when);
    assertThat(hub.paths()).containsExactly(INFO);
  }

  @Test
  void fetch_withAToken_showsItToTheHubAndToNobodyElse() throws IOException {
    try (FakeHub store = FakeHub.start().large(WEIGHTS, hub.content(WEIGHTS))) {
      hub.behaviours.put(
          RESOLVE + WEIGHTS,
          exchange -> FakeHub.redirect(exchange, store.address() + STORE + WEIGHTS));
      HubToken token = new HubToken(SECRET);

      fetch(settings(token, Duration.ofSeconds(5)), VettingLimits.DEFAULT, (_, _) -> {});

      assertThat(hub.asked)
          .hasSize(3)
          .allSatisfy(asked -> assertThat(asked.authorization()).isEqualTo("Bearer " + SECRET));
      assertThat(store.asked)
          .singleElement()
          .satisfies(asked -> assertThat(asked.authorization()).isNull());
      assertWeightsAreRight();
    }
  }

  @Test
  void fetch_withATokenThatMayNot_saysSoWithoutShowingIt() {
    hub.behaviours.put(INFO, exchange -> FakeHub.text(exchange, 403, "text/plain", "no"));
    HubSettings settings = settings(new HubToken(SECRET), Duration.ofSeconds(5));

    assertThatThrownBy(() -> fetch(settings, VettingLimits.DEFAULT, (_, _) -> {}))
        .hasMessageEndingWith(
            "answered 403; it may be private or gated: the token in HF_TOKEN may not read it");
    assertThat(settings.toString()).doesNotContain(SECRET);
  }

  @Test
  void fetch_thatIsRedirectedInCircles_givesUp() {
    hub.behaviours.put(
        RESOLVE + "config.json", exchange -> FakeHub.redirect(exchange, "config.json?again=1"));

    failure()
        .hasMessage(
            "hf://org/name@%s: redirected more than 5 times, last to %s%sconfig.json; check the address of the hub"
                .formatted(COMMIT, hub.address(), RESOLVE));
    assertThat(hub.paths()).hasSize(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "ftp://host/file", "http:///x", "http://u:p@host/"})
  void fetch_thatIsRedirectedElsewhere_isRefused(String location) {
    hub.behaviours.put(RESOLVE + "config.json", exchange -> FakeHub.redirect(exchange, location));

    failure()
        .hasMessage(
            "%s%sconfig.json redirects to what is no http or https address"
                .formatted(hub.address(), RESOLVE));
  }

  @Test
  void fetch_thatBreaksOff_goesOnWhereItWas() throws IOException {
    AtomicInteger tries = new AtomicInteger();
    hub.behaviours.put(
        STORE + WEIGHTS,
        exchange ->
            FakeHub.content(
                exchange,
                hub.content(WEIGHTS),
                tries.incrementAndGet() < 3 ? 100_000 : Integer.MAX_VALUE));

    fetch();

    assertWeightsAreRight();
    List<FakeHub.Asked> stored =
        hub.asked.stream().filter(asked -> asked.path().equals(STORE + WEIGHTS)).toList();
    assertThat(stored).hasSize(3);
    assertThat(stored.getFirst().range()).isNull();
    assertThat(stored.getLast().range()).matches("bytes=[1-9][0-9]*-");
    assertThat(stored.getLast().ifRange()).matches("\"[0-9a-f]{64}\"");
  }

  @Test
  void fetch_thatBreaksOffOfAFileThatChanged_startsAgain() throws IOException {
    AtomicInteger tries = new AtomicInteger();
    byte[] other = new byte[SIZE];
    hub.behaviours.put(
        STORE + WEIGHTS,
        exchange -> {
          boolean first = tries.incrementAndGet() == 1;
          FakeHub.content(exchange, first ? other : hub.content(WEIGHTS), first ? 100_000 : SIZE);
        });

    fetch();

    assertWeightsAreRight();
  }

  @Test
  void fetch_thatIsSentAnotherPart_startsAgain() throws IOException {
    AtomicInteger tries = new AtomicInteger();
    hub.behaviours.put(
        STORE + WEIGHTS,
        exchange -> {
          int tried = tries.incrementAndGet();
          if (tried == 2) {
            exchange.getResponseHeaders().set("content-range", "bytes 0-9/10");
            exchange.sendResponseHeaders(206, 10);
          } else {
            FakeHub.content(exchange, hub.content(WEIGHTS), tried == 1 ? 100_000 : SIZE);
          }
        });

    fetch();

    assertWeightsAreRight();
    assertThat(hub.asked.getLast().range()).isNull();
  }

  @Test
  void fetch_thatAlwaysBreaksOff_givesUp() {
    hub.behaviours.put(
        STORE + WEIGHTS, exchange -> FakeHub.content(exchange, hub.content(WEIGHTS), 0));

    failure()
        .hasMessageStartingWith(
            "model.safetensors: could not be fetched from %s in 3 tries: ".formatted(hub.address()))
        .hasMessageEndingWith("; check the address and the network")
        .message()
        .hasLineCount(1)
        .doesNotContain("signature");
  }

  @Test
  void fetch_ofAServerInTrouble_isTriedAgain() throws IOException {
    AtomicInteger tries = new AtomicInteger();
    hub.behaviours.put(
        INFO,
        exchange -> {
          if (tries.incrementAndGet() < 3) {
            FakeHub.text(exchange, 503, "text/plain", "wait");
          } else {
            hub.usual(exchange);
          }
        });

    fetch();

    assertWeightsAreRight();
  }

  @Test
  void fetch_thatStalls_isGivenUpAfterItsPatience() {
    hub.behaviours.put(
        STORE + WEIGHTS, exchange -> hub.stall(exchange, hub.content(WEIGHTS), 100_000));
    HubSettings settings = settings(null, Duration.ofMillis(300));

    assertThatThrownBy(() -> fetch(settings, VettingLimits.DEFAULT, (_, _) -> {}))
        .hasMessageContaining("in 3 tries: nothing came for 0.3 s");
  }

  @Test
  void fetch_fromAServerThatSaysNothing_isGivenUpAfterItsPatience() {
    hub.behaviours.put(INFO, exchange -> hub.hold());
    HubSettings settings = settings(null, Duration.ofMillis(300));

    assertThatThrownBy(() -> fetch(settings, VettingLimits.DEFAULT, (_, _) -> {}))
        .hasMessageContaining("in 3 tries: request timed out");
  }

  @Test
  void fetch_fromNobody_saysThatNobodyAnswers() {
    hub.close();

    failure()
        .hasMessageStartingWith(
            "hf://org/name@%s: could not be fetched from %s in 3 tries: "
                .formatted(COMMIT, hub.address()));
  }

  @Test
  void fetch_ofOtherBytes_isRefused() {
    byte[] other = hub.content(WEIGHTS).clone();
    other[SIZE / 2] ^= 1;
    hub.replace(WEIGHTS, other);

    failure()
        .hasMessageStartingWith("model.safetensors: expected the bytes with digest ")
        .hasMessageEndingWith("; try again, or another hub");
  }

  @Test
  void fetch_ofOtherBytesOfASmallFile_isRefused() {
    hub.replace("config.json", "[]".getBytes(StandardCharsets.UTF_8));

    failure()
        .hasMessageStartingWith(
            "config.json: expected the bytes with digest 9e26dfeeb6e641a33dae4961196235bdb965b21b,");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void fetch_ofAnotherSize_isRefused(int size) {
    hub.replace("config.json", new byte[size]);

    failure()
        .hasMessage(
            "config.json: expected 2 bytes, as the hub lists it, got %d; try again, or another hub"
                .formatted(size));
  }

  @Test
  void fetch_ofMoreBytesThanListed_stopsThere() {
    hub.behaviours.put(
        RESOLVE + "config.json",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(new byte[1000]);
        });

    failure()
        .hasMessage(
            "config.json: expected 2 bytes, as the hub lists it, and more came; try again, or another hub");
    assertThat(folder.resolve("config.json")).isEmptyFile();
  }

  @Test
  void fetch_ofFewerBytesThanListed_isRefused() {
    hub.behaviours.put(
        RESOLVE + "config.json",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('{');
        });

    failure().hasMessageContaining("in 3 tries: it ended after 1 of 2 bytes");
  }
}
