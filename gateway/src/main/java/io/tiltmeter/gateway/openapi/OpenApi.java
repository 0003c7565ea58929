package io.tiltmeter.gateway.openapi;

import io.tiltmeter.dashboards.reference.ApiReference;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;

/** The public API as OpenAPI 3.1 describes it, at {@code /openapi.json}; it needs no key. */
public final class OpenApi {
  private static final String ADDRESS = "/openapi.json";

  /** The one description; a test drives every operation against it. */
  public static final OpenApi SHIPPED = read();

  private final JsonNode tree;
  private final Buffer json;
  private final String etag;

  private OpenApi(JsonNode tree) {
    this.tree = tree;
    String text = Json.text(tree);
    this.json = Buffer.buffer(text);
    this.etag = "\"%s\"".formatted(Digest.of(text).hex());
  }

  private static OpenApi read() {
    try (InputStream in = OpenApi.class.getResourceAsStream("openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("the build lacks its resource openapi.yaml");
      }
      Object document = new Load(LoadSettings.builder().build()).loadFromInputStream(in);
      return new OpenApi(Json.MAPPER.valueToTree(document));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The document. */
  public JsonNode tree() {
    return tree;
  }

  /** The same for people. */
  public ApiReference reference() {
    return new References(tree).reference();
  }

  /** Adds its route. */
  public void mount(Router router) {
    router.get(ADDRESS).handler(this::get);
  }

  private void get(RoutingContext context) {
    HttpServerResponse response =
        context
            .response()
            .putHeader("etag", etag)
            .putHeader("cache-control", "public, no-cache")
            .putHeader("access-control-allow-origin", "*");
    if (etag.equals(context.request().getHeader("if-none-match"))) {
      response.setStatusCode(304).end();
    } else {
      response.putHeader("content-type", "application/json").end(json);
    }
  }
}
