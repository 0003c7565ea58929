package io.tiltmeter.gateway.page;

import io.tiltmeter.gateway.http.RequestException;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** A form that somebody who is signed in sent from a page of the same session. */
record Posted(Form form, Session session) {

  /**
   * Reads a form; empty where nobody is signed in, who has been sent to do so then.
   *
   * @throws RequestException with status 403 if another site or another session sent it
   */
  static Optional<Posted> read(RoutingContext context, JobPages jobs) {
    Visit visit = jobs.visit(context);
    Form form = Form.read(context);
    if (visit.session().isEmpty()) {
      Visit.redirect(context, "/login");
      return Optional.empty();
    }
    visit.requireOwn(form);
    return visit.session().map(session -> new Posted(form, session));
  }
}
