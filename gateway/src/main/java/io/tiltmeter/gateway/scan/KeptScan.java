package io.tiltmeter.gateway.scan;

import io.tiltmeter.policy.dataset.LikeLines;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One scan of a training file, as it is kept.
 *
 * @param number counts the file's scans from 1
 * @param versions digest of what it was made with; null for scans from before that was kept
 * @param problem why there are no findings; null where the file was scanned
 * @param report digest of the file's bytes, of what they were scanned with and of what was found
 * @param findings each with its own severity
 * @param alike which of their lines say much the same
 */
public record KeptScan(
    int number,
    @Nullable Digest versions,
    State state,
    @Nullable String problem,
    Digest report,
    Instant at,
    List<ScanFinding> findings,
    LikeLines alike) {

  public KeptScan {
    findings = List.copyOf(findings);
  }

  /** What came of it. */
  public enum State {
    SCANNED,
    /** The file is no training file. */
    INVALID,
    /** It could not be done; nothing is known by it. */
    FAILED;

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String wireName) {
      return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
  }
}
