package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.page.Frame;
import io.tiltmeter.dashboards.page.Pages;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.Scope;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;

/** One request for a page: who makes it, and how it is answered. */
final class Visit {
  /** Nothing but our own lists, jobs, cases and policies can be gone back to. */
  private static final Pattern BACK =
      Pattern.compile("/(?:jobs|policies|cases|dataset-cases)(?:[/?][A-Za-z0-9_./?=&%~-]*)?");

  private static final String HOME = "/jobs";

  private final RoutingContext context;
  private final Optional<Session> session;

  private Visit(RoutingContext context, Optional<Session> session) {
    this.context = context;
    this.session = session;
  }

  static Visit of(RoutingContext context, Database database, SessionStore sessions) {
    return new Visit(
        context, Cookies.session(context).flatMap(token -> sessions.find(database, token)));
  }

  Optional<Session> session() {
    return session;
  }

  Frame frame() {
    return frame(context, session);
  }

  /** The frame of any page, for somebody who is signed in. */
  static Frame frame(RoutingContext context, Session session) {
    return frame(context, Optional.of(session));
  }

  /**
   * The person of the staff who reviews; to a customer's key it looks as if there was no such page.
   *
   * @param what is refused to others, such as "Cases need"
   * @throws RequestException with status 404 to customers, 403 to staff without the scope
   */
  static Caller.Staff reviewer(RoutingContext context, Session session, String what) {
    if (!(session.caller() instanceof Caller.Staff person)) {
      throw RequestException.notFound("page", context.normalizedPath());
    }
    if (!person.scopes().contains(Scope.REVIEW)) {
      throw new RequestException(
          403, "insufficient_permissions", null, what + " a staff key with scope \"review\".");
    }
    return person;
  }

  /** The frame of any page, for whoever is signed in. */
  static Frame frame(RoutingContext context, Optional<Session> session) {
    String path = context.request().uri();
    return session
        .map(present -> Frame.of(path, Cookies.theme(context), present.viewer()))
        .orElseGet(() -> Frame.signedOut(path, Cookies.theme(context)));
  }

  /**
   * Refuses a form that another site or another session sent.
   *
   * @throws RequestException with status 403
   */
  void requireOwn(Form form) {
    requireSameSite(context);
    byte[] expected = session.map(Session::csrf).orElse("").getBytes(StandardCharsets.UTF_8);
    byte[] found = form.field("csrf").getBytes(StandardCharsets.UTF_8);
    if (session.isPresent() && !MessageDigest.isEqual(expected, found)) {
      throw foreign();
    }
  }

  /** Browsers say where a request comes from (Fetch Metadata); others need not. */
  static void requireSameSite(RoutingContext context) {
    String site = context.request().getHeader("sec-fetch-site");
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      throw foreign();
    }
  }

  private static RequestException foreign() {
    return new RequestException(
        403,
        "foreign_form",
        null,
        "The form does not belong to this session. Load the page again and resend it.");
  }

  /** The address to go back to, or the list of jobs if it is none of ours. */
  static String back(String wanted) {
    return BACK.matcher(wanted).matches() && !wanted.contains("/stream") ? wanted : HOME;
  }

  static void html(RoutingContext context, int status, String page) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("content-type", Pages.CONTENT_TYPE)
        .end(page);
  }

  /** Answers a form, so that reloading does not send it again (RFC 9110, 15.4.4). */
  static void redirect(RoutingContext context, String to) {
    context.response().setStatusCode(303).putHeader("location", to).end();
  }
}
