package io.tiltmeter.gateway.hub;

import io.tiltmeter.evaluator.vet.AllowedFiles;
import io.tiltmeter.evaluator.vet.VettingFinding;
import io.tiltmeter.evaluator.vet.VettingLimits;
import io.tiltmeter.evaluator.vet.VettingRule;
import io.tiltmeter.gateway.sourcefile.Words;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What a hub says a commit holds, sorted into what is fetched, left and refused.
 *
 * @param files small ones first, so that what is wrong with them is known before the weights come
 * @param skipped paths in sub-folders, and files that are no weights and no part of a model
 */
record Listing(List<HubFile> files, List<String> skipped, List<VettingFinding> findings) {
  private static final int MAX_ENTRIES = 10_000;
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SHA_1 = Pattern.compile("[0-9a-f]{40}");

  /**
   * Reads the hub's description of a model.
   *
   * @throws HubException if it is of another commit, or not as the hub's protocol has it
   */
  static Listing read(HubModel model, JsonNode info, VettingLimits limits) {
    String commit = info.path("sha").asString("");
    if (!commit.equals(model.commit())) {
      throw new HubException(
          "%s: expected the hub to answer with this commit, found %s; name the commit itself"
              .formatted(model, commit.isEmpty() ? "none" : Words.quote(commit)));
    }
    JsonNode siblings = info.path("siblings");
    if (!siblings.isArray() || siblings.size() > MAX_ENTRIES) {
      throw new HubException(
          "%s: expected a list of at most %d files as member \"siblings\", found %s"
              .formatted(model, MAX_ENTRIES, siblings.isArray() ? siblings.size() : "none"));
    }
    return new Reading(model).all(siblings).within(limits);
  }

  private Listing within(VettingLimits limits) {
    List<VettingFinding> found = new ArrayList<>(findings);
    if (files.size() > limits.files()) {
      found.add(
          new VettingFinding(
              VettingRule.TOO_MANY_FILES,
              ".",
              "expected at most %d files, found %d".formatted(limits.files(), files.size())));
    }
    if (bytes() > limits.bytes()) {
      found.add(
          new VettingFinding(
              VettingRule.TOO_MANY_BYTES,
              ".",
              "expected at most %d bytes, found %d".formatted(limits.bytes(), bytes())));
    }
    return new Listing(files, skipped, found);
  }

  /** Bytes of all files that are fetched; a sum that is too large for a long is the largest. */
  long bytes() {
    return files.stream()
        .mapToLong(HubFile::size)
        .reduce(0, (sum, size) -> sum > Long.MAX_VALUE - size ? Long.MAX_VALUE : sum + size);
  }

  /** Goes through the entries. */
  private static final class Reading {
    private final HubModel model;
    private final List<HubFile> files = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private final List<VettingFinding> findings = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    Reading(HubModel model) {
      this.model = model;
    }

    Listing all(JsonNode siblings) {
      siblings.forEach(this::entry);
      files.sort(java.util.Comparator.comparingLong(HubFile::size));
      return new Listing(List.copyOf(files), List.copyOf(skipped), List.copyOf(findings));
    }

    private void entry(JsonNode entry) {
      String path = path(entry);
      if (!seen.add(path)) {
        throw new HubException(
            "%s: the hub lists %s twice, expected each path once"
                .formatted(model, Words.quote(path)));
      }
      if (path.contains("/")) {
        skipped.add(path);
        return;
      }
      Optional<VettingFinding> refusal = AllowedFiles.refuseInModel(path);
      if (refusal.isEmpty()) {
        files.add(new HubFile(path, size(entry, path), expected(entry, path)));
      } else if (mayStay(refusal.get())) {
        skipped.add(path);
      } else {
        findings.add(refusal.get());
      }
    }

    private String path(JsonNode entry) {
      String path = entry.path("rfilename").asString("");
      try {
        return new PinnedFile(path, 0, Digest.of("")).path();
      } catch (IllegalArgumentException e) {
        throw new HubException(
            "%s: the hub lists a file as %s, expected a relative path without \"..\""
                .formatted(model, Words.quote(path)),
            e);
      }
    }

    /** A licence or a picture does no harm where it is; neither do Git's own settings. */
    private static boolean mayStay(VettingFinding finding) {
      return finding.rule() == VettingRule.UNKNOWN_FILE || finding.path().startsWith(".git");
    }

    private long size(JsonNode entry, String path) {
      JsonNode large = entry.path("lfs").path("size");
      JsonNode size = large.isMissingNode() ? entry.path("size") : large;
      if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong(-1) < 0) {
        throw new HubException(
            "%s: the hub gives no size for %s; expected one for every file".formatted(model, path));
      }
      return size.asLong(-1);
    }

    private HubFile.Expected expected(JsonNode entry, String path) {
      JsonNode large = entry.path("lfs");
      if (large.isObject()) {
        return new HubFile.Expected.Sha256(
            new Digest(hex(large.path("sha256").asString(""), SHA_256, path)));
      }
      JsonNode blob = entry.path("blobId");
      return blob.isMissingNode() || blob.isNull()
          ? new HubFile.Expected.Unknown()
          : new HubFile.Expected.GitBlob(hex(blob.asString(""), SHA_1, path));
    }

    private String hex(String text, Pattern pattern, String path) {
      if (!pattern.matcher(text).matches()) {
        throw new HubException(
            "%s: the hub gives %s as the digest of %s, expected hexadecimal digits: %s"
                .formatted(model, Words.quote(text), path, pattern));
      }
      return text;
    }
  }
}
