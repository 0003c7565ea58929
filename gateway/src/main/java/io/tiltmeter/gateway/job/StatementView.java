package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.http.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Why a job was held back and what its customer can do about it (Regulation (EU) 2022/2065, article
 * 17): the ground, the facts, whether people were involved, and the way to contest it. Times are
 * Unix seconds.
 *
 * @param safetyCase id of the case, for {@code GET /v1/safety/cases}; null where a scan blocked the
 *     job at once, and nobody has contested that
 * @param ground what held it back: dataset, block or inconclusive
 * @param automated whether no person has decided yet
 * @param facts what was found, as far as the job's policy discloses it; null where nothing was kept
 * @param closesAt when the job ends by itself, if it does
 * @param outcome what came of the case; null while it is open
 * @param redress how to contest it; null once nobody decides on it any more
 * @param appeal id of what the customer said against it, if it did
 */
record StatementView(
    @Nullable String safetyCase,
    String ground,
    boolean automated,
    @Nullable JsonNode facts,
    long openedAt,
    @Nullable Long closesAt,
    @Nullable String outcome,
    @Nullable String redress,
    @Nullable String appeal) {

  static @Nullable JsonNode facts(@Nullable String json) {
    return json == null ? null : Json.own(json);
  }

  static @Nullable String redress(String jobId, boolean open, boolean appealed) {
    if (!open) {
      return null;
    }
    return appealed
        ? "The appeal is with the people who review."
        : "POST /v1/fine_tuning/jobs/%s/appeal with {\"text\": …}; people read it."
            .formatted(jobId);
  }
}
