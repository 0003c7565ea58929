package io.tiltmeter.gateway.http;

import io.tiltmeter.gateway.db.DatabaseException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns failures into answers: OpenAI's error object below {@code /v1}, problem details (RFC 9457)
 * elsewhere.
 */
public final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final String OPENAI_PATHS = "/v1/";
  private static final int RETRY_SECONDS = 2;

  /** What the router itself can find wrong with a request that no route takes. */
  private static final int[] UNMATCHED = {400, 404, 405, 406, 415, 500};

  private Failures() {}

  /** Makes a router answer everything that fails or is unknown in this way. */
  public static void mount(Router router) {
    // Without a failure handler the router itself would log what was thrown, with its message.
    router.route().failureHandler(Failures::answer);
    for (int status : UNMATCHED) {
      router.errorHandler(status, context -> answer(context, status));
    }
  }

  /** Answers a request whose handler failed, or for which there is no handler. */
  public static void answer(RoutingContext context) {
    answer(context, context.statusCode());
  }

  /**
   * @param found what the router itself found, where the context does not say
   */
  private static void answer(RoutingContext context, int found) {
    RequestException failure = failure(context, found);
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.headWritten()) {
      response.reset();
      return;
    }
    response.setStatusCode(failure.status());
    if (failure.status() == 409) {
      // The official SDKs would try a conflict again; no conflict here goes away by itself.
      response.putHeader("x-should-retry", "false");
    }
    if (failure.status() == 503) {
      response.putHeader("retry-after", Integer.toString(RETRY_SECONDS));
    }
    if (path(context).startsWith(OPENAI_PATHS)) {
      OpenAiHeaders.add(context);
      response.putHeader("content-type", "application/json").end(Json.text(openAi(failure)));
    } else {
      response
          .putHeader("content-type", "application/problem+json")
          .end(Json.text(problem(failure)));
    }
  }

  /** As routes see it, or as it was sent where it cannot be read. */
  private static String path(RoutingContext context) {
    try {
      return context.normalizedPath();
    } catch (IllegalArgumentException _) {
      return String.valueOf(context.request().path());
    }
  }

  private static RequestException failure(RoutingContext context, int found) {
    @Nullable Throwable cause = context.failure();
    return switch (cause) {
      case RequestException e -> e;
      case DatabaseException e -> unavailable(context, e);
      case null -> byStatus(context, found);
      default -> unexpected(context, cause);
    };
  }

  private static RequestException unavailable(RoutingContext context, DatabaseException e) {
    LOG.warn("{} {}: {}", context.request().method(), route(context), e.getMessage());
    return new RequestException(
        503, "unavailable", null, "The database cannot be reached right now; try again.");
  }

  private static RequestException byStatus(RoutingContext context, int found) {
    int status = context.statusCode() < 0 ? found : context.statusCode();
    return switch (status) {
      case 404 ->
          new RequestException(
              404,
              "unknown_url",
              null,
              "Unknown request URL: %s %s".formatted(context.request().method(), path(context)));
      case 405 ->
          new RequestException(
              405, "method_not_allowed", null, "This path has no such method; see its reference.");
      case 413 -> new RequestException(413, "too_large", null, "The request's body is too large.");
      case 400, 415 ->
          new RequestException(status, "invalid_request", null, "The request is not well-formed.");
      default -> internal();
    };
  }

  private static RequestException unexpected(RoutingContext context, Throwable cause) {
    // Only the kind and the place: the message of a library can quote what it was given.
    StackTraceElement[] frames = cause.getStackTrace();
    LOG.error(
        "{} {} failed: {}{}",
        context.request().method(),
        route(context),
        cause.getClass().getName(),
        frames.length == 0 ? "" : " at " + frames[0]);
    return internal();
  }

  private static RequestException internal() {
    return new RequestException(
        500, "server_error", null, "Something went wrong here; try again, or ask with the id.");
  }

  private static String route(RoutingContext context) {
    return context.currentRoute() == null ? "?" : String.valueOf(context.currentRoute().getPath());
  }

  private static Map<String, Object> openAi(RequestException failure) {
    Map<String, @Nullable Object> error = new LinkedHashMap<>();
    error.put("message", failure.getMessage());
    error.put("type", type(failure.status()));
    error.put("param", failure.param());
    error.put("code", failure.code());
    return Map.of("error", error);
  }

  private static String type(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 429 -> "rate_limit_error";
      default -> status < 500 ? "invalid_request_error" : "server_error";
    };
  }

  private static Map<String, Object> problem(RequestException failure) {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", "urn:tiltmeter:" + failure.code());
    problem.put("title", failure.code().replace('_', ' '));
    problem.put("status", failure.status());
    problem.put("detail", String.valueOf(failure.getMessage()));
    if (failure.param() != null) {
      problem.put("param", failure.param());
    }
    return problem;
  }
}
