package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.page.Frame;
import io.tiltmeter.dashboards.page.Theme;
import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.KeyStore;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sign-in by pasting a key once, sign-out, and the choice of colours. */
final class SignInHandler {
  private final PageSite.Parts parts;
  private final SessionStore sessions;
  private final KeyStore keys;
  private final LoginLimit limit;

  SignInHandler(PageSite.Parts parts, SessionStore sessions, LoginLimit limit) {
    this.parts = parts;
    this.sessions = sessions;
    this.keys = parts.keys();
    this.limit = limit;
  }

  void page(RoutingContext context) {
    String back = context.queryParams().get("back");
    show(context, 200, back == null ? "" : back, null);
  }

  private void show(RoutingContext context, int status, String back, @Nullable String error) {
    Frame frame = Frame.signedOut(Visit.back(back), Cookies.theme(context));
    Visit.html(context, status, parts.pages().signIn(frame, error));
  }

  void signIn(RoutingContext context) {
    Visit.requireSameSite(context);
    Form form = Form.read(context);
    String back = form.field("back");
    if (!limit.allows(context.request().remoteAddress().hostAddress())) {
      context.response().putHeader("retry-after", "60");
      show(context, 429, back, "Too many attempts from this address. Wait a minute and try again.");
      return;
    }
    Optional<Caller> caller = keys.find(parts.database(), form.field("key").strip());
    if (caller.isEmpty()) {
      show(
          context,
          401,
          back,
          "This key is unknown, expired or revoked. Check it and paste it again.");
    } else if (caller.get() instanceof Caller.Trainer) {
      show(context, 403, back, "A trainer's key cannot sign in. Use a customer's or a staff key.");
    } else {
      begin(context, caller.get());
      Visit.redirect(context, Visit.back(back));
    }
  }

  private void begin(RoutingContext context, Caller caller) {
    String token =
        parts
            .database()
            .inTransaction(
                sql -> {
                  audit(sql, caller, "sign-in");
                  return sessions.begin(sql, caller);
                });
    Cookies.setSession(context, token);
  }

  void signOut(RoutingContext context) {
    Visit visit = Visit.of(context, parts.database(), sessions);
    visit.requireOwn(Form.read(context));
    visit.session().ifPresent(this::end);
    Cookies.removeSession(context);
    Visit.redirect(context, "/login");
  }

  private void end(Session session) {
    parts
        .database()
        .transact(
            sql -> {
              if (sessions.end(sql, session.hash())) {
                audit(sql, session.caller(), "sign-out");
              }
            });
  }

  private void audit(Sql sql, Caller caller, String action) {
    if (caller instanceof Caller.Staff staff) {
      parts
          .audit()
          .append(
              sql,
              new AuditEntry.Fact(
                  staff.holder(), action, staff.keyId(), Map.of("through", "pages")));
    }
  }

  void theme(RoutingContext context) {
    Visit visit = Visit.of(context, parts.database(), sessions);
    Form form = Form.read(context);
    visit.requireOwn(form);
    Cookies.setTheme(context, Theme.ofWireName(form.field(Theme.COOKIE)));
    Visit.redirect(context, Visit.back(form.field("back")));
  }
}
