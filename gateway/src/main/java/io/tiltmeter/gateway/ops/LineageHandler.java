package io.tiltmeter.gateway.ops;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.lineage.Ledger;
import io.vertx.ext.web.RoutingContext;

/** Tells operators what a tenant's models may have lost, and how much they may. */
final class LineageHandler {
  private final Database database;
  private final Ledger ledger;

  LineageHandler(Database database, Ledger ledger) {
    this.database = database;
    this.ledger = ledger;
  }

  void get(RoutingContext context) {
    Authentication.staff(context, Scope.OPERATE);
    String tenant = PathPart.of(context, "tenant");
    Reply.json(
        context,
        ledger
            .view(database, tenant)
            .orElseThrow(() -> RequestException.notFound("tenant", tenant)));
  }
}
