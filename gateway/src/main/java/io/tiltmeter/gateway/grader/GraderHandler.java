package io.tiltmeter.gateway.grader;

import io.tiltmeter.evaluator.grader.Grade;
import io.tiltmeter.evaluator.grader.Grader;
import io.tiltmeter.evaluator.grader.Grading;
import io.tiltmeter.evaluator.grader.Sample;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code /v1/fine_tuning/alpha/graders}: graders are tried before a job is made with them. */
public final class GraderHandler {
  private static final String ROOT = "/v1/fine_tuning/alpha/graders/";
  private static final int MAX_BODY = 1 << 20;
  private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

  private final Grading grading;
  private final Clock clock;

  public GraderHandler(Grading grading, Clock clock) {
    this.grading = grading;
    this.clock = clock;
  }

  /** Adds its routes. */
  public void mount(Router router) {
    router.post(ROOT + "run").handler(this::run);
    router.post(ROOT + "validate").handler(this::validate);
  }

  private void run(RoutingContext context) {
    Members body = body(context);
    Grader grader = usable(body);
    Sample sample = Sample.of(body.needText("model_sample"));
    JsonNode item = body.isObject("item") ? body.find("item").orElseThrow() : noItem(body);
    body.refuseOthers();
    Instant start = clock.instant();
    Grade grade = grading.grade(grader, item, sample);
    Reply.json(context, GraderRunView.of(grader, grade, Duration.between(start, clock.instant())));
  }

  /** There need not be an item; another value than an object is refused. */
  private static JsonNode noItem(Members body) {
    body.object("item");
    return NOTHING;
  }

  private void validate(RoutingContext context) {
    Members body = body(context);
    usable(body);
    body.refuseOthers();
    Reply.json(context, Map.of("grader", body.find("grader").orElseThrow()));
  }

  private static Members body(RoutingContext context) {
    return Members.of(Json.object(RequestBody.read(context, MAX_BODY)));
  }

  private Grader usable(Members body) {
    Members members = body.object("grader").orElseThrow(() -> Members.missing(body.at("grader")));
    return usable(GraderReader.read(members), grading, body.at("grader"));
  }

  /**
   * The same grader, if it can be used here.
   *
   * @throws RequestException with status 400 if not
   */
  public static Grader usable(Grader grader, Grading grading, String param) {
    grading
        .whyNot(grader)
        .ifPresent(
            why -> {
              throw RequestException.invalid(
                  "unsupported_grader", param, "This grader cannot be used: %s.".formatted(why));
            });
    return grader;
  }
}
