package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.asset.Asset;
import io.tiltmeter.dashboards.asset.Assets;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.RequestException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** The static files; an address with the content's version may be cached for ever. */
final class AssetHandler {
  private final Assets assets;

  AssetHandler(Assets assets) {
    this.assets = assets;
  }

  void get(RoutingContext context) {
    String name = PathPart.of(context, "name");
    Asset asset = assets.find(name).orElseThrow(() -> RequestException.notFound("file", name));
    boolean isVersioned = context.request().uri().equals(asset.href());
    HttpServerResponse response =
        context
            .response()
            .putHeader("etag", asset.etag())
            .putHeader(
                "cache-control",
                isVersioned ? "public, max-age=31536000, immutable" : "public, no-cache");
    if (asset.etag().equals(context.request().getHeader("if-none-match"))) {
      response.setStatusCode(304).end();
    } else {
      response.putHeader("content-type", asset.contentType()).end(Buffer.buffer(asset.bytes()));
    }
  }
}
