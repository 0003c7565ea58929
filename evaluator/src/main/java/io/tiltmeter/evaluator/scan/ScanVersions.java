package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.contamination.PackPrints;
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
 * All that a scan's outcome depends on beside the file: each detector by its version, each file of
 * data that detectors read by its digest, and the packs that files are compared with by one digest
 * for all. A file that was scanned with other versions may read otherwise now.
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
          "suppression/suppression.txt",
          "trigger/ordinary-mean.txt");

  /** What this build scans with, where it compares with no pack. */
  public static final ScanVersions CURRENT = read();

  private static final String PACKS = "packs";

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

  /** The same for scans that compare with these packs, in whatever order. */
  public ScanVersions with(PackPrints packs) {
    SortedMap<String, String> other = new TreeMap<>(parts);
    other.remove(PACKS);
    List<String> digests = packs.packs().stream().map(Digest::toString).sorted().toList();
    if (!digests.isEmpty()) {
      other.put(PACKS, Digest.of(CanonicalJson.of(digests)).toString());
    }
    return new ScanVersions(other);
  }

  /** Whether nothing but the packs is another. */
  public boolean isSameButForPacks(ScanVersions other) {
    return with(PackPrints.NONE).equals(other.with(PackPrints.NONE));
  }

  /** SHA-256 over the canonical JSON of the parts: equal for equal versions only. */
  public Digest digest() {
    return Digest.of(CanonicalJson.of(parts));
  }
}
