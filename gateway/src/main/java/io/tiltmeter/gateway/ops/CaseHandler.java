package io.tiltmeter.gateway.ops;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.review.CaseStore;
import io.tiltmeter.gateway.review.Review;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Cases and decisions on them. */
final class CaseHandler {
  private static final int PAGE = 100;

  private final Database database;
  private final CaseStore cases;
  private final Review review;

  CaseHandler(Database database, CaseStore cases, Review review) {
    this.database = database;
    this.cases = cases;
    this.review = review;
  }

  void list(RoutingContext context) {
    Authentication.staff(context, Scope.REVIEW);
    List<CaseView> open = cases.open(database, PAGE).stream().map(CaseView::from).toList();
    Reply.json(context, Map.of("object", "list", "data", open));
  }

  void get(RoutingContext context) {
    Authentication.staff(context, Scope.REVIEW);
    String id = caseId(context);
    ReviewCase found =
        cases.find(database, id).orElseThrow(() -> RequestException.notFound("case", id));
    Reply.json(context, CaseView.from(found));
  }

  void decide(RoutingContext context) {
    Caller.Staff person = Authentication.staff(context, Scope.REVIEW);
    JsonNode body = Json.object(RequestBody.read(context, OpsApi.MAX_BODY_BYTES));
    Review.Outcome outcome = review.decide(person, caseId(context), request(body));
    Reply.json(context, Map.of("outcome", outcome.name().toLowerCase(Locale.ROOT)));
  }

  private static String caseId(RoutingContext context) {
    return PathPart.of(context, "case");
  }

  private static Review.Request request(JsonNode body) {
    body.propertyNames().stream()
        .filter(name -> !List.of("action", "reason", "evidence").contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw RequestException.invalid(
                  "unknown_parameter", name, "expected action, reason, evidence; found " + name);
            });
    return request(text(body, "action"), text(body, "reason"), text(body, "evidence"));
  }

  private static String text(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (!value.isString()) {
      throw RequestException.invalid(
          "invalid_parameter", name, "expected \"%s\" as text, found none".formatted(name));
    }
    return value.asString();
  }

  /** A request for a decision from its three texts. */
  static Review.Request request(String action, String reason, String evidence) {
    try {
      return new Review.Request(ReviewCase.Action.of(action), reason, Digest.parse(evidence));
    } catch (IllegalArgumentException e) {
      throw RequestException.invalid(
          "invalid_parameter",
          null,
          "expected action \"release\" or \"keep\" and the evidence's digest as the case gives it");
    }
  }
}
