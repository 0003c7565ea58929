package io.tiltmeter.gateway.ops;

import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.review.ReviewCase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A case as staff sees it; times are Unix seconds. */
record CaseView(
    String id,
    String job,
    String kind,
    JsonNode reasons,
    String evidence,
    long openedAt,
    @Nullable Long closesAt,
    @Nullable Long closedAt,
    @Nullable String outcome,
    List<DecisionView> decisions,
    @Nullable AppealView appeal) {

  /** What the customer says against it. */
  record AppealView(String id, String text, String key, long createdAt) {
    static AppealView from(ReviewCase.Appeal appeal) {
      return new AppealView(
          appeal.id(), appeal.text(), appeal.keyId(), appeal.at().getEpochSecond());
    }

    @Override
    public String toString() {
      return "AppealView[%s]".formatted(id);
    }
  }

  /** One person's decision. */
  record DecisionView(
      String person, String action, String reason, String evidence, long createdAt) {
    static DecisionView from(ReviewCase.Decision decision) {
      return new DecisionView(
          decision.person(),
          decision.action().wireName(),
          decision.reason(),
          decision.evidence().toString(),
          decision.at().getEpochSecond());
    }
  }

  static CaseView from(ReviewCase of) {
    return new CaseView(
        of.id(),
        of.jobId(),
        of.kind().wireName(),
        Json.own(of.reasons()),
        of.evidence().toString(),
        of.openedAt().getEpochSecond(),
        of.closesAt() == null ? null : of.closesAt().getEpochSecond(),
        of.closedAt() == null ? null : of.closedAt().getEpochSecond(),
        of.outcome(),
        of.decisions().stream().map(DecisionView::from).toList(),
        of.appeal() == null ? null : AppealView.from(of.appeal()));
  }
}
