package io.tiltmeter.evaluator.scan;

import io.tiltmeter.policy.lineage.CanonicalJson;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
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
          "suppression/suppression.txt");

  /** What this build scans with. */
  public static final ScanVersions CURRENT = read();

  public ScanVersions {
    parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
  }

  private static ScanVersions read() {
    SortedMap<String, String> parts = new TreeMap<>(new Detectors(1).versions());
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
}
