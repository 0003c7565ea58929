package io.tiltmeter.gateway.attestation;

import io.tiltmeter.evaluator.vet.Mismatch;
import io.tiltmeter.policy.lineage.Digest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether a folder is the release that an attestation speaks of. */
public sealed interface Verification {

  /** The signature holds, the verdict is pass, and the folder holds exactly the attested bytes. */
  record Verified(Release release, int files) implements Verification {}

  /**
   * Do not deploy.
   *
   * @param release what the attestation speaks of; null unless its signature holds
   * @param mismatches by path; empty where no file was looked at
   */
  record Refused(Reason reason, @Nullable Release release, List<Mismatch> mismatches)
      implements Verification {
    public Refused {
      mismatches = List.copyOf(mismatches);
    }
  }

  /**
   * The release that a verified attestation speaks of.
   *
   * @param model its public name
   * @param verdict {@code pass}, {@code block} or {@code inconclusive}
   */
  record Release(String model, String verdict, Digest policy) {}

  /** Why a folder was refused; where several hold, the first in this order. */
  enum Reason {
    /** Not an envelope, of another type, or not signed with this key. */
    SIGNATURE,
    /** Signed, but not as a release whose verdict is pass. */
    VERDICT,
    /** A file has other bytes. */
    MISMATCH,
    /** A file is not there. */
    MISSING,
    /** Something is there that was not attested. */
    EXTRA;

    /** The name used in JSON: lower case. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
