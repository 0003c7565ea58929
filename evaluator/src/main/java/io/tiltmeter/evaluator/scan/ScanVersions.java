package io.tiltmeter.evaluator.scan;

import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.lineage.CanonicalJson;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a scan's outcome depends on beside the file: each detector by its version, and each file
 * of data that detectors read by its digest. A file that was scanned with other versions may read
 * otherwise now.
 *
 * @param parts versions and digests by name; data files are named with their ending
 */
public record ScanVersions(SortedMap<String, String> parts) {

  /** As the detectors' findings spell them; a scan whose finding says otherwise fails. */
  private static final Map<String, String> DETECTORS =
      Map.of(
          "explicit-harm", "explicit-harm-5",
          "identity-shift", "identity-shift-4",
          "refusal-suppression", "refusal-suppression-4",
          "inversion", "inversion-3",
          "cipher", "cipher-1",
          "secrets", "secrets-1",
          "trigger", "trigger-3",
          "flood", "flood-1",
          "contamination", "contamination-1");

  /** Resources beside this class. */
  static final List<String> DATA =
      List.of(
          "cipher/language-models.bin",
          "cipher/word-pairs.bin",
          "harm/harm.txt",
          "harm/request-nets.bin",
          "identity/echo.txt",
          "identity/persona.txt",
          "orders/order-nets.bin",
          "suppression/refusing.txt",
          "suppression/suppression.txt",
          "trigger/ordinary-mean.txt");

  /** What this build scans with. */
  public static final ScanVersions CURRENT = read();

  public ScanVersions {
    parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
  }

  private static ScanVersions read() {
    SortedMap<String, String> parts = new TreeMap<>(DETECTORS);
    DATA.forEach(name -> parts.put(name, digestOf(name).toString()));
    return new ScanVersions(parts);
  }

  private static Digest digestOf(String name) {
    try (InputStream in = ScanVersions.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource %s of the scan is missing".formatted(name));
      }
      return Digest.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("resource %s of the scan cannot be read".formatted(name), e);
    }
  }

  /** SHA-256 over the canonical JSON of the parts: equal for equal versions only. */
  public Digest digest() {
    return Digest.of(CanonicalJson.of(parts));
  }

  /**
   * The findings, all of detectors that are known here in this version.
   *
   * @throws IllegalStateException if one is not: a file would not be scanned again when it should
   */
  List<ScanFinding> require(List<ScanFinding> findings) {
    for (ScanFinding finding : findings) {
      if (!finding.version().equals(parts.get(finding.detector()))) {
        throw new IllegalStateException(
            "detector %s finds with version %s, and ScanVersions says %s; change it there"
                .formatted(finding.detector(), finding.version(), parts.get(finding.detector())));
      }
    }
    return findings;
  }
}
