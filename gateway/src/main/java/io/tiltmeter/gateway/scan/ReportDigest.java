package io.tiltmeter.gateway.scan;

import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.lineage.CanonicalJson;
import io.tiltmeter.policy.lineage.Digest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a decision on a scan is bound to: the file's bytes, the versions, and what was found. */
final class ReportDigest {
  private ReportDigest() {}

  /** The digest of what was found. */
  static Digest of(Digest file, ScanVersions versions, List<ScanFinding> findings) {
    return of(
        file, versions, Map.of("findings", findings.stream().map(ReportDigest::tree).toList()));
  }

  /** The digest of why nothing was. */
  static Digest of(Digest file, ScanVersions versions, String problem) {
    return of(file, versions, Map.of("problem", problem));
  }

  private static Digest of(Digest file, ScanVersions versions, Map<String, Object> found) {
    Map<String, Object> tree = new LinkedHashMap<>(found);
    tree.put("file", file.toString());
    tree.put("versions", versions.parts());
    return Digest.of(CanonicalJson.of(tree));
  }

  private static Map<String, @Nullable Object> tree(ScanFinding finding) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("detector", finding.detector());
    tree.put("version", finding.version());
    tree.put("severity", finding.severity().wireName());
    tree.put("count", finding.count());
    tree.put("statistic", finding.statistic());
    tree.put("p", finding.p());
    tree.put("lines", finding.lines());
    tree.put("message", finding.message());
    return tree;
  }
}
