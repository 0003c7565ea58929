package io.tiltmeter.gateway.http;

import io.vertx.ext.web.RoutingContext;

/** The parts of a request's path that its route names. */
public final class PathPart {
  private PathPart() {}

  /**
   * The decoded part of this name.
   *
   * @throws IllegalStateException if the route has none
   */
  public static String of(RoutingContext context, String name) {
    String part = context.pathParam(name);
    if (part == null) {
      throw new IllegalStateException("the route has no part named " + name);
    }
    return Text.storable(part);
  }
}
