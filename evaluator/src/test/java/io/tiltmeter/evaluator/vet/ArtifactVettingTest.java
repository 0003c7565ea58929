package io.tiltmeter.evaluator.vet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArtifactVettingTest extends VettingFixture {

  @Test
  void vet_wholeModel_isCopiedUnderItsDigestAndReadOnly() throws IOException {
    Files.writeString(folder.resolve("README.md"), "---\nauto_map: x\n---\n");
    VettingResult.Pinned pinned = pinned(TestArtifacts.manifest(folder));
    assertThat(pinned.manifest()).isEqualTo(TestArtifacts.manifest(folder));
    assertThat(pinned.folder()).isEqualTo(store.resolve(pinned.manifest().digest().hex()));
    assertThat(TestArtifacts.manifest(pinned.folder())).isEqualTo(pinned.manifest());
    assertThat(mode(pinned.folder())).isEqualTo("r-xr-xr-x");
    assertThat(mode(pinned.folder().resolve("config.json"))).isEqualTo("r--r--r--");
    assertThat(storeHolds(1)).isTrue();
  }

  @Test
  void vet_sameBytesTwice_usesTheSameFolder() throws IOException {
    Path first = pinned(null).folder();
    assertThat(pinned(null).folder()).isEqualTo(first);
    assertThat(storeHolds(1)).isTrue();
  }

  @Test
  void vet_storeFolderWasChanged_failsAndKeepsNothingNew() throws IOException {
    Path first = pinned(null).folder();
    Path config = first.resolve("config.json");
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(config, "{}");
    assertThatThrownBy(() -> pinned(null))
        .isInstanceOf(VettingException.class)
        .hasMessage(
            first
                + ": differs from the digest that it is named by; the store was changed, remove it");
    assertThat(storeHolds(1)).isTrue();
  }

  @Test
  void vet_sourceChangesAfterwards_leavesTheCopyAlone() throws IOException {
    VettingResult.Pinned pinned = pinned(null);
    Files.writeString(folder.resolve("config.json"), "{}");
    assertThat(PinnedModel.verify(pinned.folder(), pinned.manifest()))
        .isEqualTo(new PinnedModel.Check.Intact());
  }

  @Test
  void vet_hardLink_isCopiedLikeAnyFile() throws IOException {
    Files.createLink(temporary.resolve("other-name"), folder.resolve("config.json"));
    VettingResult.Pinned pinned = pinned(null);
    assertThat(Files.getAttribute(pinned.folder().resolve("config.json"), "unix:nlink"))
        .isEqualTo(1);
  }

  @Test
  void vet_severalProblems_areAllFound() throws IOException {
    Files.delete(folder.resolve("tokenizer.json"));
    Files.writeString(folder.resolve("modeling.py"), "");
    Files.writeString(folder.resolve("generation_config.json"), "{\"a\":1,\"a\":2}");
    assertThat(rules(folder))
        .containsExactly(
            "generation_config.json invalid-json",
            "modeling.py code-file",
            "tokenizer.json missing-file");
    assertThat(storeHolds(0)).isTrue();
  }

  @Test
  void vet_symbolicLink_isRefusedAndSaysWhatToDo() throws IOException {
    Files.move(folder.resolve("config.json"), temporary.resolve("blob"));
    Files.createSymbolicLink(folder.resolve("config.json"), temporary.resolve("blob"));
    assertThat(findings(model(null)))
        .contains(
            new VettingFinding(
                VettingRule.SYMLINK,
                "config.json",
                "symbolic link, as in a Hugging Face cache; copy the files themselves (cp -rL)"));
  }

  @Test
  void vet_subFolder_isRefused() throws IOException {
    Files.createDirectory(folder.resolve("checkpoint-1"));
    assertThat(rules(folder)).containsExactly("checkpoint-1 sub-folder");
  }

  @Test
  void vet_pipe_isRefusedWithoutBeingOpened() throws Exception {
    Process mkfifo = new ProcessBuilder("mkfifo", folder.resolve("vocab.json").toString()).start();
    assertThat(mkfifo.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(rules(folder)).containsExactly("vocab.json special-file");
  }

  @Test
  void vet_namesThatStandForOtherFormats_areRefusedByKind() throws IOException {
    List<String> expected =
        List.of(
            "adapter_config.json wrong-kind",
            "attestation.json unknown-file",
            "global_step1.pt pickle",
            "model.gguf gguf",
            "model.onnx onnx",
            "model.pkl pickle",
            "notes.txt unknown-file",
            "optimizer.pt optimizer-state",
            "optimizer.safetensors optimizer-state",
            "pytorch_model.bin pickle",
            "rng_state_0.pth optimizer-state",
            "run.sh code-file",
            "tf_model.h5 other-weights",
            "trainer_state.json optimizer-state",
            "weights.tar.gz archive");
    for (String name : expected) {
      Files.writeString(folder.resolve(name.substring(0, name.indexOf(' '))), "");
    }
    assertThat(rules(folder)).containsExactlyElementsOf(expected);
  }

  @Test
  void vet_oddNames_areRefusedInPrintableCharacters() throws IOException {
    Files.writeString(folder.resolve(".hidden"), "");
    Files.writeString(folder.resolve("a\nb.json"), "");
    Files.writeString(folder.resolve("..\\config.json"), "");
    Files.writeString(folder.resolve("x".repeat(200)), "");
    assertThat(rules(folder))
        .containsExactly(
            "..\\config.json odd-name",
            ".hidden odd-name",
            "a?b.json odd-name",
            "x".repeat(100) + "… odd-name");
  }

  @Test
  void vet_namesThatDifferInCaseOnly_areRefused() throws IOException {
    try {
      Files.writeString(folder.resolve("Config.json"), "{}");
    } catch (FileSystemException e) {
      throw new AssertionError("the tests need a file system that tells case apart", e);
    }
    assertThat(rules(folder))
        .containsExactly(
            "Config.json case-collision", "Config.json unknown-file", "config.json case-collision");
  }

  @Test
  void vet_missingFiles_areAllNamed() throws IOException {
    for (String name : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      Files.delete(folder.resolve(name));
    }
    assertThat(rules(folder))
        .containsExactly(
            "config.json missing-file",
            "model.safetensors missing-file",
            "tokenizer.json missing-file");
  }

  @Test
  void vet_modelThatCannotBeRun_isRefused() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"llama\"", "\"mamba\""));
    assertThat(findings(model(null)))
        .containsExactly(
            new VettingFinding(
                VettingRule.MODEL_STRUCTURE,
                ".",
                "config.json: model_type: expected \"llama\" or \"mistral\" or \"qwen2\" or \"qwen3\""
                    + " or \"gemma2\" or \"gemma3_text\", found \"mamba\""));
  }

  @Test
  void vet_otherThanDeclared_isRefusedByWhatDiffers() throws IOException {
    List<PinnedFile> declared = new ArrayList<>(TestArtifacts.manifest(folder).files());
    PinnedFile chat = declared.removeFirst();
    PinnedFile config = declared.removeFirst();
    PinnedFile generation = declared.removeFirst();
    declared.add(new PinnedFile(config.path(), config.size() + 1, config.digest()));
    declared.add(new PinnedFile(generation.path(), generation.size(), Digest.of("other")));
    declared.add(new PinnedFile("vocab.json", 2, Digest.of("{}")));
    assertThat(findings(model(new Manifest(declared))).stream().map(VettingFinding::toString))
        .containsExactly(
            chat.path() + ": was not declared; declare it or leave it out (undeclared-file)",
            "config.json: declared %d bytes, found %d; send it again (size-mismatch)"
                .formatted(config.size() + 1, config.size()),
            "generation_config.json: declared %s, found %s; send it again (digest-mismatch)"
                .formatted(Digest.of("other"), generation.digest()),
            "vocab.json: was declared but is not there; send it (declared-file-missing)");
  }

  @Test
  void vet_moreFilesThanAllowed_stopsThere() throws IOException {
    vetting = new ArtifactVetting(store, new VettingLimits(3, 1 << 30));
    assertThat(findings(model(null)))
        .containsExactly(
            new VettingFinding(
                VettingRule.TOO_MANY_FILES,
                ".",
                "expected at most 3 files, found more; remove what is not the model"));
    assertThat(storeHolds(0)).isTrue();
  }

  @Test
  void vet_moreBytesThanAllowed_stopsCopying() {
    vetting = new ArtifactVetting(store, new VettingLimits(64, 1000));
    assertThat(findings(model(null)).stream().map(VettingFinding::rule))
        .isNotEmpty()
        .containsOnly(VettingRule.TOO_MANY_BYTES);
  }

  @Test
  void vet_folderMissing_saysExpectedAndFound() {
    Path nowhere = temporary.resolve("nowhere");
    assertThatThrownBy(() -> vetting.vet(new Artifact.Model(nowhere, null)))
        .isInstanceOf(VettingException.class)
        .hasMessage(nowhere + ": expected a folder, found nothing");
  }

  @Test
  void sweep_afterAKill_removesUnfinishedCopiesOnly() throws IOException {
    Path finished = pinned(null).folder();
    Path unfinished = Files.createDirectories(store.resolve(".staging-1"));
    Files.writeString(unfinished.resolve("config.json"), "{");
    vetting.sweep();
    assertThat(unfinished).doesNotExist();
    assertThat(finished).exists();
  }

  @Test
  void sweep_storeNotThereYet_doesNothing() {
    vetting.sweep();
    assertThat(store).doesNotExist();
  }

  private boolean storeHolds(int folders) throws IOException {
    try (Stream<Path> children = Files.list(store)) {
      return children.count() == folders;
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
