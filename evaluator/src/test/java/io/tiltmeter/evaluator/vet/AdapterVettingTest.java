package io.tiltmeter.evaluator.vet;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterVettingTest {
  @TempDir Path temporary;
  private Path folder;
  private Artifact.Base base;
  private ArtifactVetting vetting;

  @BeforeEach
  void makeAdapter() throws IOException {
    folder = TestArtifacts.adapter(temporary.resolve("adapter"));
    base = new Artifact.Base(TestArtifacts.BASE, TestArtifacts.manifest(TestArtifacts.BASE));
    vetting = new ArtifactVetting(temporary.resolve("store"), VettingLimits.DEFAULT);
  }

  @Test
  void vet_adapterOfThisBase_isPinned() throws IOException {
    Files.copy(TestArtifacts.BASE.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    VettingResult result = vet(base.manifest().digest());
    assertThat(result).isInstanceOf(VettingResult.Pinned.class);
    assertThat(((VettingResult.Pinned) result).manifest())
        .isEqualTo(TestArtifacts.manifest(folder));
  }

  @Test
  void vet_tokenizerThatIsNotTheBases_isRefused() throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), "{}");
    Files.writeString(folder.resolve("vocab.json"), "{}");
    assertThat(findings(null))
        .containsExactly(
            "tokenizer_config.json: differs from the base's file; an adapter is measured with the"
                + " base's, remove it (not-as-base)",
            "vocab.json: differs from the base's file; an adapter is measured with the base's,"
                + " remove it (not-as-base)");
  }

  @Test
  void vet_recordedForAnotherBase_isRefused() {
    Digest other = Digest.of("other");
    assertThat(findings(other))
        .containsExactly(
            ".: adapter is for another base: made for %s, expected %s (other-base)"
                .formatted(other, base.manifest().digest()));
  }

  @Test
  void vet_shapesOfAnotherModel_areRefused() throws IOException {
    TestArtifacts.writeAdapter(folder, 1, 4, 4);
    assertThat(findings(null))
        .singleElement()
        .asString()
        .startsWith(".: adapter_model.safetensors: adapter is for another base: tensor ")
        .endsWith("(adapter-fit)");
  }

  @Test
  void vet_wholeModelFiles_doNotBelongToAnAdapter() throws IOException {
    Files.copy(
        TestArtifacts.BASE.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    assertThat(findings(null))
        .containsExactly(
            "model.safetensors: does not belong to an adapter; remove it (wrong-kind)");
  }

  @Test
  void vet_filesMissing_areNamed() throws IOException {
    Files.delete(folder.resolve("adapter_config.json"));
    Files.move(folder.resolve("adapter_model.safetensors"), folder.resolve("adapter_model.bin"));
    assertThat(findings(null))
        .containsExactly(
            "adapter_config.json: is missing; send a PEFT adapter (missing-file)",
            "adapter_model.bin: pickle can run code when it is loaded; save weights as safetensors"
                + " (pickle)",
            "adapter_model.safetensors: is missing; send a PEFT adapter (missing-file)");
  }

  @Test
  void vet_codeReferenceInAdapterConfig_isRefused() throws IOException {
    Files.writeString(
        folder.resolve("adapter_config.json"),
        TestArtifacts.ADAPTER_CONFIG.replaceFirst("\\{", "{\"auto_map\": {\"a\": \"b--c.D\"}, "));
    assertThat(findings(null))
        .containsExactly(
            "adapter_config.json: member \"auto_map\": a model may not bring program code; remove"
                + " the member (code-reference)");
  }

  private VettingResult vet(@Nullable Digest recordedBase) {
    return vetting.vet(new Artifact.Adapter(folder, null, base, recordedBase));
  }

  private List<String> findings(@Nullable Digest recordedBase) {
    VettingResult result = vet(recordedBase);
    assertThat(result).isInstanceOf(VettingResult.Refused.class);
    return ((VettingResult.Refused) result)
        .findings().stream().map(VettingFinding::toString).toList();
  }
}
