package io.tiltmeter.gateway.ops;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.policyfile.PolicyResult;
import io.tiltmeter.gateway.sourcefile.Issue;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.policy.gate.Policy;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Sets the policy by which a tenant's jobs to come are decided. */
final class PolicyHandler {
  private final Database database;
  private final TenantPolicies policies;
  private final AuditStore audit;

  PolicyHandler(Database database, TenantPolicies policies, AuditStore audit) {
    this.database = database;
    this.policies = policies;
    this.audit = audit;
  }

  void put(RoutingContext context) {
    Caller.Staff person = Authentication.staff(context, Scope.OPERATE);
    String tenant = PathPart.of(context, "tenant");
    byte[] body = RequestBody.read(context, OpsApi.MAX_BODY_BYTES);
    TenantPolicies.PolicyText policy = read(body);
    database.transact(
        sql -> {
          if (!policies.set(sql, tenant, policy)) {
            throw RequestException.notFound("tenant", tenant);
          }
          audit.append(
              sql,
              new AuditEntry.Fact(
                  person.holder(),
                  "set-policy",
                  tenant,
                  Map.of("policy", policy.digest().toString(), "key", person.keyId())));
        });
    Reply.json(context, Map.of("tenant", tenant, "policy_digest", policy.digest().toString()));
  }

  private TenantPolicies.PolicyText read(byte[] body) {
    return switch (TenantPolicies.read(body, policies.categories())) {
      case PolicyResult.Read(Policy policy) ->
          TenantPolicies.textOf(new String(body, StandardCharsets.UTF_8), policy);
      case PolicyResult.Invalid(List<Issue> issues) ->
          throw RequestException.invalid(
              "invalid_policy",
              null,
              issues.stream().map(Issue::toString).collect(Collectors.joining("\n")));
    };
  }
}
