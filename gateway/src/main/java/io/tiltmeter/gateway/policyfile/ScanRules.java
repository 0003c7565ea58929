package io.tiltmeter.gateway.policyfile;

import io.tiltmeter.gateway.sourcefile.Fields;
import io.tiltmeter.gateway.sourcefile.Issues;
import io.tiltmeter.gateway.sourcefile.NameList;
import io.tiltmeter.gateway.sourcefile.Node;
import io.tiltmeter.gateway.sourcefile.Place;
import io.tiltmeter.gateway.sourcefile.Words;
import io.tiltmeter.policy.gate.Policy.Scan;
import io.tiltmeter.policy.lineage.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the part {@code scan}: which dataset detectors force which outcome, and which sources are
 * reviewed in any case.
 */
final class ScanRules {
  /** Every detector that a policy may name. */
  static final List<String> DETECTORS =
      List.of(
          "explicit-harm",
          "identity-shift",
          "refusal-suppression",
          "benign-degrading",
          "cipher",
          "trigger",
          "flood",
          "inversion",
          "secrets",
          "contamination",
          "grader");

  private final Issues issues;
  private final Map<String, Place> named = new HashMap<>();

  ScanRules(Issues issues) {
    this.issues = issues;
  }

  Scan read(Fields top, Scan byDefault) {
    Fields scan = top.section("scan", List.of("block", "review", "review_sources"));
    List<String> block = detectors(scan, "block", byDefault.block());
    List<String> review = detectors(scan, "review", byDefault.review());
    // A detector that the file moves to one list leaves the other list's default.
    return new Scan(
        scan.has("block") ? block : without(block, review),
        scan.has("review") ? review : without(review, block),
        sources(scan, byDefault.reviewSources()));
  }

  private List<Source> sources(Fields scan, List<Source> byDefault) {
    List<String> names =
        NameList.among(
            scan,
            "review_sources",
            Source.NAMES,
            byDefault.stream().map(Source::wireName).toList(),
            issues);
    return names.stream().map(name -> Source.find(name).orElseThrow()).toList();
  }

  private static List<String> without(List<String> detectors, List<String> moved) {
    return detectors.stream().filter(detector -> !moved.contains(detector)).toList();
  }

  private List<String> detectors(Fields scan, String key, List<String> byDefault) {
    if (!scan.has(key)) {
      return byDefault;
    }
    List<String> detectors = new ArrayList<>();
    scan.items(key).orElse(List.of()).forEach(item -> add(item, detectors));
    return detectors;
  }

  private void add(Node item, List<String> detectors) {
    if (!(item instanceof Node.Text text)) {
      Fields.reportType(item, "a detector", "text", issues);
      return;
    }
    String name = text.value();
    if (!DETECTORS.contains(name)) {
      issues.add(
          text.place(),
          "unknown detector %s; the nearest is %s"
              .formatted(Words.quote(name), Words.quote(Words.nearest(name, DETECTORS))));
      return;
    }
    Place first = named.putIfAbsent(name, text.place());
    if (first == null) {
      detectors.add(name);
    } else {
      issues.add(
          text.place(),
          "detector %s is named twice, first on line %d; remove one"
              .formatted(Words.quote(name), first.line()));
    }
  }
}
