package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.page.Theme;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/** The two cookies of the pages. */
final class Cookies {
  /** The prefix binds the cookie to this host and to secure transport (RFC 6265bis, 4.1.3). */
  static final String SESSION = "__Host-tiltmeter";

  private static final Duration YEAR = Duration.ofDays(365);

  private Cookies() {}

  static Optional<String> session(RoutingContext context) {
    return value(context, SESSION);
  }

  static Theme theme(RoutingContext context) {
    return Theme.ofWireName(value(context, Theme.COOKIE).orElse(null));
  }

  private static Optional<String> value(RoutingContext context, String name) {
    return context.request().cookies(name).stream().findFirst().map(Cookie::getValue);
  }

  static void setSession(RoutingContext context, String token) {
    add(context, sessionCookie(token).setMaxAge(SessionStore.LIFETIME.toSeconds()));
  }

  static void removeSession(RoutingContext context) {
    add(context, sessionCookie("").setMaxAge(0));
  }

  private static Cookie sessionCookie(String value) {
    return Cookie.cookie(SESSION, value)
        .setPath("/")
        .setSecure(true)
        .setHttpOnly(true)
        .setSameSite(CookieSameSite.STRICT);
  }

  static void setTheme(RoutingContext context, Theme theme) {
    add(
        context,
        Cookie.cookie(Theme.COOKIE, theme.wireName())
            .setPath("/")
            .setHttpOnly(true)
            .setSameSite(CookieSameSite.LAX)
            .setMaxAge(YEAR.toSeconds()));
  }

  /** Written as a header: the server's own jar takes a removal for the end of another cookie. */
  private static void add(RoutingContext context, Cookie cookie) {
    context.response().headers().add("set-cookie", cookie.encode());
  }
}
