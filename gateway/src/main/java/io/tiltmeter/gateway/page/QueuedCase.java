package io.tiltmeter.gateway.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A case that waits for people, as the queue keeps it.
 *
 * @param kind what it is about: dataset, block, inconclusive, or rescan
 * @param subject id of the job; of the file for a rescan
 * @param name suffix of the job or name of the file; empty where there is none
 * @param closesAt when its job ends by itself, if it does
 * @param appealedAt when the customer appealed, if it did
 * @param proposers people who have proposed release
 */
record QueuedCase(
    String id,
    String kind,
    String subject,
    String name,
    String tenant,
    Instant openedAt,
    @Nullable Instant closesAt,
    @Nullable Instant appealedAt,
    List<String> proposers) {

  QueuedCase {
    proposers = List.copyOf(proposers);
  }
}
