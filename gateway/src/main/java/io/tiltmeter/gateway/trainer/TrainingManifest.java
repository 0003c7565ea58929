package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.attestation.Dsse;
import io.tiltmeter.gateway.attestation.SigningKey;
import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.checkpoint.Resumption;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a trainer is to do, as {@code docs/trainer-api.md} has it.
 *
 * @param base the whole weights that the training starts from
 * @param dataset the training file
 * @param validation the file that the training is measured on; null for none
 * @param checkpoints how many are wanted before the result, at least 0
 * @param resume what the training goes on from; null to begin at the base
 */
record TrainingManifest(
    Job job,
    Start base,
    Blob dataset,
    @Nullable Blob validation,
    int checkpoints,
    @Nullable Resume resume) {
  private static final String TYPE = "application/vnd.tiltmeter.manifest+json";
  private static final String SCHEMA = "tiltmeter.manifest/v1";

  /**
   * What a training starts from: a base, or a released model with all its weights.
   *
   * @param revision commit that it was fetched at, 40 hex digits; null where there is none
   */
  record Start(String name, @Nullable String revision, Manifest files) {}

  /** A checkpoint to go on from, with its pinned files. */
  record Resume(Resumption from, Manifest files) {}

  /** The manifest in a signed envelope, one line of JSON. */
  String sign(SigningKey key) {
    return Dsse.sign(TYPE, Json.text(tree()), key);
  }

  private Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("schema", SCHEMA);
    tree.put("job", job.id());
    tree.put("method", job.training().method().wireName());
    tree.put("hyperparameters", job.training().hyperparameters().view());
    if (job.training().grader() != null) {
      tree.put("grader", job.training().grader());
    }
    if (!job.training().integrations().isEmpty()) {
      tree.put("integrations", job.training().integrations());
    }
    tree.put("seed", job.seed());
    tree.put("base", baseTree());
    tree.put("dataset", view(dataset));
    if (validation != null) {
      tree.put("validation", view(validation));
    }
    tree.put("checkpoints", checkpoints);
    if (resume != null) {
      tree.put("resume", view(resume));
    }
    return tree;
  }

  private static Map<String, @Nullable Object> view(Resume resume) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("checkpoint", resume.from().checkpoint());
    tree.put("step", resume.from().step());
    tree.put("steps", resume.from().steps());
    tree.put("files", views(resume.files()));
    return tree;
  }

  private static Map<String, Object> view(Blob blob) {
    return Map.of("size", blob.size(), "sha256", blob.digest().hex());
  }

  private Map<String, @Nullable Object> baseTree() {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("name", base.name());
    tree.put("revision", base.revision());
    tree.put("digest", base.files().digest().toString());
    tree.put("files", views(base.files()));
    return tree;
  }

  /** Files as this interface names them. */
  static List<FileView> views(Manifest files) {
    return files.files().stream().map(FileView::of).toList();
  }

  /**
   * One file on the wire.
   *
   * @param sha256 64 hexadecimal digits
   */
  record FileView(String path, long size, String sha256) {
    static FileView of(PinnedFile file) {
      return new FileView(file.path(), file.size(), file.digest().hex());
    }
  }
}
