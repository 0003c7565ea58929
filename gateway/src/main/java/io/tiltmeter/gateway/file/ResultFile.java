package io.tiltmeter.gateway.file;

import java.util.UUID;

/**
 * The report on a job that was decided, before it is written down as a file of its customer.
 *
 * @param text JSON; no text of training data, prompts or answers
 */
public record ResultFile(UUID tenantId, String jobId, String text) {
  /** What such files are for; nothing trains on them. */
  public static final String PURPOSE = "fine-tune-results";
}
