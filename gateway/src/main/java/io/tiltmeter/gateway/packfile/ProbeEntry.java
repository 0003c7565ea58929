package io.tiltmeter.gateway.packfile;

import io.tiltmeter.gateway.sourcefile.Place;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import org.jspecify.annotations.Nullable;

/**
 * One probe as far as it could be read; a null component is missing or was reported.
 *
 * @param place of the probe
 * @param probe null if any part of it is wrong
 */
record ProbeEntry(
    Place place,
    @Nullable Located id,
    @Nullable ProbeKind kind,
    @Nullable Located behaviour,
    @Nullable String category,
    @Nullable Located twinOf,
    @Nullable Probe probe) {

  /** A text and where it stands. */
  record Located(String text, Place place) {}
}
