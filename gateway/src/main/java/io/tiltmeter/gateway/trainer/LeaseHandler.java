package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.attestation.SigningKey;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.job.TrainerCapabilities;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.policy.lineage.Manifest;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Answers what trainers say of their leases; members that nobody knows are passed over. */
final class LeaseHandler {
  /** Bytes of the longest list of files. */
  private static final int MAX_BODY = 1 << 20;

  private static final int MAX_TRAINER = 64;
  private static final int MAX_NAMES = 16;

  private final Database database;
  private final LeaseDesk desk;
  private final Handover handover;
  private final TrainingSources sources;
  private final SigningKey key;

  LeaseHandler(
      Database database,
      LeaseDesk desk,
      Handover handover,
      TrainingSources sources,
      SigningKey key) {
    this.database = database;
    this.desk = desk;
    this.handover = handover;
    this.sources = sources;
    this.key = key;
  }

  void lease(RoutingContext context) {
    Caller.Trainer caller = Authentication.trainer(context);
    Members body = body(context);
    Optional<LeaseDesk.Granted> granted = desk.grant(caller, trainer(body), capabilities(body));
    if (granted.isEmpty()) {
      context.response().setStatusCode(204).end();
    } else {
      Reply.json(context, view(granted.get()));
    }
  }

  private static Members body(RoutingContext context) {
    return Members.of(Json.object(RequestBody.read(context, MAX_BODY)));
  }

  private static String trainer(Members body) {
    String name = body.needText("trainer");
    if (!name.matches("[\\p{Print}&&\\S][\\p{Print}]{0,%d}".formatted(MAX_TRAINER - 1))) {
      throw RequestException.invalid(
          "invalid_value",
          "trainer",
          "Invalid value for 'trainer': expected 1 to %d printable ASCII characters."
              .formatted(MAX_TRAINER));
    }
    return name;
  }

  /** Of a trainer that says nothing of integrations, none is known. */
  private static TrainerCapabilities capabilities(Members body) {
    return new TrainerCapabilities(
        names(body.find("methods").orElse(null), "methods"),
        body.find("integrations").map(list -> names(list, "integrations")).orElse(List.of()));
  }

  private static List<String> names(@Nullable JsonNode list, String param) {
    if (list == null
        || !list.isArray()
        || list.isEmpty()
        || list.size() > MAX_NAMES
        || list.valueStream().anyMatch(name -> !name.isString())) {
      throw RequestException.invalid(
          "invalid_value",
          param,
          "Invalid value for '%s': expected a list of 1 to %d names.".formatted(param, MAX_NAMES));
    }
    return list.valueStream().map(JsonNode::stringValue).toList();
  }

  private Map<String, Object> view(LeaseDesk.Granted granted) {
    String manifest = sources.manifest(database, granted.job(), granted.lease()).sign(key);
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("lease", granted.lease().id());
    view.put("token", granted.token());
    view.put("expires_at", granted.lease().until().getEpochSecond());
    view.put("manifest", Json.own(manifest));
    return view;
  }

  void heartbeat(RoutingContext context) {
    LeaseCall call = LeaseCall.of(context);
    LeaseDesk.Beat beat = desk.beat(call, Progress.of(body(context)));
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("continue", beat.reason() == null);
    view.put("reason", beat.reason());
    view.put("checkpoint", beat.checkpoint());
    view.put("expires_at", beat.until().getEpochSecond());
    Reply.json(context, view);
  }

  void checkpoint(RoutingContext context) {
    LeaseCall call = LeaseCall.of(context);
    Members body = body(context);
    long step =
        body.whole("step", 1, Long.MAX_VALUE)
            .orElseThrow(
                () ->
                    RequestException.invalid(
                        "missing_required_parameter",
                        "step",
                        "Missing required parameter: 'step'."));
    Manifest files = TrainingResult.files(body);
    handover.checkpoint(call, step, Progress.loss(body), files);
    Reply.json(context, 201, Map.of("step", step));
  }

  void complete(RoutingContext context) {
    LeaseCall call = LeaseCall.of(context);
    handover.complete(call, TrainingResult.of(body(context)));
    Reply.json(context, Map.of("accepted", true));
  }

  void fail(RoutingContext context) {
    LeaseCall call = LeaseCall.of(context);
    handover.fail(call, body(context).needText("reason"));
    Reply.json(context, Map.of("accepted", true));
  }
}
