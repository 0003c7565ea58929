package io.tiltmeter.gateway.hub;

import static io.tiltmeter.gateway.hub.FakeHub.COMMIT;
import static io.tiltmeter.gateway.hub.FakeHub.INFO;
import static io.tiltmeter.gateway.hub.FakeHub.RESOLVE;
import static io.tiltmeter.gateway.hub.FakeHub.STORE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.vet.VettingFinding;
import io.tiltmeter.evaluator.vet.VettingLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubTest extends FromAHub {
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
}
