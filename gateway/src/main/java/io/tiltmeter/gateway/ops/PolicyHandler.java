package io.tiltmeter.gateway.ops;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.policyfile.PolicyResult;
import io.tiltmeter.gateway.sourcefile.Issue;
import io.tiltmeter.gateway.tenant.PolicyProposal;
import io.tiltmeter.gateway.tenant.PolicyProposal.Target;
import io.tiltmeter.gateway.tenant.PolicyProposals;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.gateway.tenant.TenantPolicies.PolicyText;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Policies by which jobs to come are decided: what holds, and how that changes. */
final class PolicyHandler {
  private static final int ACCEPTED = 202;
  private static final Scope[] MAY_CHANGE = {Scope.OPERATE, Scope.LEAD};

  private final Database database;
  private final TenantPolicies policies;
  private final PolicyProposals proposals;

  PolicyHandler(Database database, TenantPolicies policies, PolicyProposals proposals) {
    this.database = database;
    this.policies = policies;
    this.proposals = proposals;
  }

  void getOfTenant(RoutingContext context) {
    Authentication.staff(context, MAY_CHANGE);
    Target.OfTenant tenant = tenant(context);
    reply(context, tenant, tenant.name());
  }

  void getOfInstallation(RoutingContext context) {
    Authentication.staff(context, MAY_CHANGE);
    reply(context, new Target.OfInstallation(), null);
  }

  private void reply(RoutingContext context, Target target, @Nullable String tenant) {
    PolicyText inForce = policies.kept(database, policies.inForce(database, target));
    Reply.json(context, new InForceView(tenant, inForce.digest().toString(), inForce.text()));
  }

  /**
   * The policy that holds, its profiles included.
   *
   * @param tenant null where it is the installation's policy
   */
  record InForceView(@Nullable String tenant, String policyDigest, String text) {}

  void proposeForTenant(RoutingContext context) {
    Caller.Staff person = Authentication.staff(context, MAY_CHANGE);
    propose(context, person, tenant(context));
  }

  void proposeForInstallation(RoutingContext context) {
    propose(context, Authentication.staff(context, MAY_CHANGE), new Target.OfInstallation());
  }

  private void propose(RoutingContext context, Caller.Staff person, Target target) {
    byte[] body = RequestBody.read(context, OpsApi.MAX_BODY_BYTES);
    Reply.json(context, ACCEPTED, view(proposals.propose(person, target, read(body))));
  }

  void list(RoutingContext context) {
    Authentication.staff(context, MAY_CHANGE);
    List<ProposalView> open = proposals.open().stream().map(this::view).toList();
    Reply.json(context, Map.of("object", "list", "data", open));
  }

  void get(RoutingContext context) {
    Authentication.staff(context, MAY_CHANGE);
    Reply.json(context, view(proposals.find(proposalId(context))));
  }

  void activate(RoutingContext context) {
    Caller.Staff person = Authentication.staff(context, MAY_CHANGE);
    Digest seen = seen(Json.object(RequestBody.read(context, OpsApi.MAX_BODY_BYTES)));
    Reply.json(context, view(proposals.activate(person, proposalId(context), seen)));
  }

  void withdraw(RoutingContext context) {
    Caller.Staff person = Authentication.staff(context, MAY_CHANGE);
    Reply.json(context, view(proposals.withdraw(person, proposalId(context))));
  }

  private ProposalView view(PolicyProposal proposal) {
    return ProposalView.from(proposal, proposals.changes(proposal));
  }

  private static String proposalId(RoutingContext context) {
    return PathPart.of(context, "proposal");
  }

  private Target.OfTenant tenant(RoutingContext context) {
    String name = PathPart.of(context, "tenant");
    return policies
        .tenant(database, name)
        .orElseThrow(() -> RequestException.notFound("tenant", name));
  }

  /** Whoever activates says what, so that it is not something else by then. */
  private static Digest seen(JsonNode body) {
    String text = body.size() == 1 ? body.path("policy_digest").asString("") : "";
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException _) {
      throw RequestException.invalid(
          "invalid_parameter",
          "policy_digest",
          "expected {\"policy_digest\": DIGEST} with the digest as the proposal gives it");
    }
  }

  private PolicyText read(byte[] body) {
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
