package io.tiltmeter.gateway.model;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.http.DeletedView;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code /v1/models}: the bases, and each tenant's own tuned models. */
public final class ModelHandler {
  private final Database database;
  private final BaseModelStore bases;
  private final ReleasedModelStore models;

  public ModelHandler(Database database, BaseModelStore bases, ReleasedModelStore models) {
    this.database = database;
    this.bases = bases;
    this.models = models;
  }

  /** Adds its routes. */
  public void mount(Router router) {
    router.get("/v1/models").handler(this::list);
    router.get("/v1/models/:model").handler(this::get);
    router.delete("/v1/models/:model").handler(this::delete);
    router.get("/v1/safety/models/:model/attestation").handler(this::attestation);
  }

  private void list(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    List<ModelView> views =
        Stream.concat(
                bases.list(database).stream().map(ModelView::from),
                models.list(database, caller.tenantId()).stream().map(ModelView::from))
            .toList();
    Reply.json(context, Map.of("object", "list", "data", views));
  }

  private void get(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String name = PathPart.of(context, "model");
    ModelView view =
        bases
            .find(database, name)
            .map(ModelView::from)
            .orElseGet(() -> ModelView.from(own(caller, name)));
    Reply.json(context, view);
  }

  private void delete(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String name = PathPart.of(context, "model");
    if (bases.find(database, name).isPresent()) {
      throw new RequestException(
          403,
          "insufficient_permissions",
          null,
          "%s is a base model; only your own fine-tuned models can be deleted.".formatted(name));
    }
    if (!models.delete(database, caller.tenantId(), name)) {
      throw noSuchModel(name);
    }
    Reply.json(context, DeletedView.of("model", name));
  }

  private void attestation(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    ReleasedModel model = own(caller, PathPart.of(context, "model"));
    context.response().putHeader("content-type", "application/json").end(model.attestation());
  }

  private ReleasedModel own(Caller.Tenant caller, String name) {
    return models.find(database, caller.tenantId(), name).orElseThrow(() -> noSuchModel(name));
  }

  private static RequestException noSuchModel(String name) {
    return new RequestException(
        404, "model_not_found", "model", "The model '%s' does not exist.".formatted(name));
  }
}
