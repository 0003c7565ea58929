package io.tiltmeter.evaluator.vet;

import io.tiltmeter.evaluator.checkpoint.AdapterReader;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.CheckpointReader;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is refused in the copied bytes of an artifact. */
final class CopyRules {
  /** Bytes of a text file other than JSON. */
  private static final long MAX_TEXT_BYTES = 64L << 20;

  private final Path copy;
  private final Manifest files;
  private final Findings findings;

  CopyRules(Path copy, Manifest files, Findings findings) {
    this.copy = copy;
    this.files = files;
    this.findings = findings;
  }

  /** Adds everything that is wrong with a whole model. */
  void checkModel() throws IOException {
    Set<String> names = checkContents();
    require(AllowedFiles.CONFIG, "send the whole model");
    require(AllowedFiles.TOKENIZER, "send the base's, if training left it alone");
    if (names.stream().noneMatch(WeightRules::concern)) {
      findings.add(
          VettingRule.MISSING_FILE, AllowedFiles.WEIGHTS, "is missing; send the whole model");
    }
    if (findings.isEmpty()) {
      checkRuns();
    }
  }

  /** The readers of the evaluator see exactly what they will see when the model is run. */
  private void checkRuns() {
    try {
      CheckpointReader.read(copy);
    } catch (ModelException e) {
      findings.add(VettingRule.MODEL_STRUCTURE, Findings.FOLDER, Reason.of(e, copy));
    }
  }

  /** Adds everything that is wrong with an adapter. */
  void checkAdapter(Artifact.Adapter adapter) throws IOException {
    checkContents();
    require(AllowedFiles.ADAPTER_CONFIG, "send a PEFT adapter");
    require(AllowedFiles.ADAPTER_WEIGHTS, "send a PEFT adapter");
    files.files().stream()
        .filter(file -> AllowedFiles.isFromBase(file.path()))
        .forEach(file -> requireAsBase(file, adapter.base().manifest()));
    checkRecordedBase(adapter.base().manifest().digest(), adapter.recordedBase());
    if (findings.isEmpty()) {
      checkFits(CheckpointReader.read(adapter.base().folder()));
    }
  }

  private void checkRecordedBase(Digest base, @Nullable Digest recorded) {
    if (recorded != null && !recorded.equals(base)) {
      findings.add(
          VettingRule.OTHER_BASE,
          Findings.FOLDER,
          "adapter is for another base: made for %s, expected %s".formatted(recorded, base));
    }
  }

  private void checkFits(Checkpoint base) {
    try {
      AdapterReader.read(copy, base);
    } catch (ModelException e) {
      findings.add(VettingRule.ADAPTER_FIT, Findings.FOLDER, Reason.of(e, copy));
    }
  }

  /** An adapter is measured with its base's tokenizer and template; others would go unmeasured. */
  private void requireAsBase(PinnedFile file, Manifest base) {
    boolean same =
        base.find(file.path()).map(PinnedFile::digest).filter(file.digest()::equals).isPresent();
    if (!same) {
      findings.add(
          VettingRule.NOT_AS_BASE,
          file.path(),
          "differs from the base's file; an adapter is measured with the base's, remove it");
    }
  }

  private void require(String name, String advice) {
    if (files.find(name).isEmpty()) {
      findings.add(VettingRule.MISSING_FILE, name, "is missing; " + advice);
    }
  }

  private Set<String> checkContents() throws IOException {
    Set<String> names =
        files.files().stream().map(PinnedFile::path).collect(Collectors.toUnmodifiableSet());
    for (String name : names) {
      Path file = copy.resolve(name);
      Optional<VettingFinding> other = ContentMagic.find(file);
      if (other.isPresent()) {
        findings.add(other.get());
      } else {
        checkContent(file, name, names);
      }
    }
    return names;
  }

  private void checkContent(Path file, String name, Set<String> names) throws IOException {
    if (JsonRules.concern(name)) {
      JsonRules.check(file, name, findings)
          .filter(_ -> name.equals(AllowedFiles.INDEX))
          .ifPresent(index -> WeightRules.checkIndex(index, names, findings));
    } else if (WeightRules.concern(name)) {
      WeightRules.check(file, name, findings);
    } else if (!name.equals(AllowedFiles.README)) {
      checkText(file, name);
    }
  }

  private void checkText(Path file, String name) throws IOException {
    if (Files.size(file) > MAX_TEXT_BYTES) {
      findings.add(
          VettingRule.NOT_UTF_8,
          name,
          "expected text of at most %d bytes, found more".formatted(MAX_TEXT_BYTES));
      return;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file)));
    } catch (CharacterCodingException _) {
      findings.add(VettingRule.NOT_UTF_8, name, "expected UTF-8 text, found other bytes");
    }
  }
}
