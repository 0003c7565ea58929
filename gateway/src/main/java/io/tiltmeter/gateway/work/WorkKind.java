package io.tiltmeter.gateway.work;

import java.util.Locale;

/** Kinds of work; the subject of each is named in brackets. */
public enum WorkKind {
  /** Read and scan an upload (file). */
  SCAN,
  /** Scan a file that was scanned with other detectors before (file). */
  RESCAN,
  /** Find out what a grader rewards (job). */
  GRADER,
  /** Write the whole weights of the model that a job tunes further (job). */
  MERGE,
  /** Check and pin what a trainer uploaded (job). */
  VET,
  /** Check and pin what a trainer sent while it goes on (checkpoint). */
  PIN,
  /** Run base and checkpoint and look for a block (checkpoint). */
  SCREEN,
  /** Remove pinned checkpoints that nobody needs (job). */
  SWEEP,
  /** Run base and tuned model and decide (job). */
  EVALUATE,
  /** Write, sign and register a model (job). */
  RELEASE,
  /** End a held job whose time for an appeal is over (job). */
  CLOSE,
  /** Tell an endpoint of an event (delivery). */
  DELIVER;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static WorkKind of(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }
}
