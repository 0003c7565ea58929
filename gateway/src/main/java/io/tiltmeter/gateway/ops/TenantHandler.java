package io.tiltmeter.gateway.ops;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Puts tenants into tiers, by which the profiles of policies may go. */
final class TenantHandler {
  private static final Pattern TIER = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

  private final Database database;
  private final TenantPolicies policies;
  private final AuditStore audit;

  TenantHandler(Database database, TenantPolicies policies, AuditStore audit) {
    this.database = database;
    this.policies = policies;
    this.audit = audit;
  }

  void putTier(RoutingContext context) {
    Caller.Staff person = Authentication.staff(context, Scope.OPERATE);
    String tenant = PathPart.of(context, "tenant");
    String tier = tier(Json.object(RequestBody.read(context, OpsApi.MAX_BODY_BYTES)));
    database.transact(
        sql -> {
          if (!policies.setTier(sql, tenant, tier)) {
            throw RequestException.notFound("tenant", tenant);
          }
          audit.append(
              sql,
              new AuditEntry.Fact(
                  person.holder(),
                  "set-tier",
                  tenant,
                  Map.of("tier", tier, "key", person.keyId())));
        });
    Reply.json(context, Map.of("tenant", tenant, "tier", tier));
  }

  private static String tier(JsonNode body) {
    String tier = body.path("tier").asString("");
    if (!TIER.matcher(tier).matches() || body.size() != 1) {
      throw RequestException.invalid(
          "invalid_parameter",
          "tier",
          "expected {\"tier\": NAME} with a name of 1 to 40 lower-case letters, digits and hyphens");
    }
    return tier;
  }
}
