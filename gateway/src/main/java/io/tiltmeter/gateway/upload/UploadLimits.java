package io.tiltmeter.gateway.upload;

import java.time.Duration;

/** The bounds of uploads that nobody configures. */
final class UploadLimits {
  /** Parts of one upload, those left out of the file included. */
  static final int PARTS = 10_000;

  /** Bytes of one part. */
  static final long PART_BYTES = 64L << 20;

  /** How often each byte of the file may arrive: parts that were sent twice have room. */
  static final int TIMES = 2;

  /** How long an upload waits for its completion. */
  static final Duration LIFE = Duration.ofHours(1);

  private UploadLimits() {}
}
