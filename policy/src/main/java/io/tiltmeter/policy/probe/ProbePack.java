package io.tiltmeter.policy.probe;

import io.tiltmeter.policy.lineage.Digest;
import java.util.List;

/**
 * A versioned, digested probe set.
 *
 * @param probes in file order
 * @param digest SHA-256 over the canonical JSON (RFC 8785) of header and probes
 */
public record ProbePack(PackHeader header, List<Probe> probes, Digest digest) {

  public ProbePack {
    probes = List.copyOf(probes);
  }

  /** The probes of one kind, in file order. */
  public List<Probe> ofKind(ProbeKind kind) {
    return probes.stream().filter(probe -> probe.kind() == kind).toList();
  }
}
