package io.tiltmeter.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.policy.gate.Policy;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** One person proposes a policy, another activates it. */
class PolicyProposalsTest {
  private static final String TENANT = "/ops/v1/tenants/acme/policy";
  private static final String INSTALLATION = "/ops/v1/policy";
  private static final String PROPOSALS = "/ops/v1/policy-proposals";

  private static OpsServer server;
  private static String ann;
  private static String annAgain;
  private static String bob;
  private static int version = 10;

  @BeforeAll
  static void start() {
    server = new OpsServer();
    ann = key("ann", Scope.OPERATE);
    annAgain = key("ann", Scope.LEAD);
    bob = key("bob", Scope.LEAD);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void withdrawWhatIsOpen() {
    for (JsonNode open : Json.own(server.get(ann, PROPOSALS).body()).path("data")) {
      post(ann, open.path("id").asString(""), "withdraw", "");
    }
  }

  private static String key(String person, Scope scope) {
    return server.bench.keys.createForStaff(server.bench.database, person, Set.of(scope)).secret();
  }

  /** A text that no other test proposes. */
  private static String text(String lines) {
    version++;
    return "name: ours\nversion: %d\n# ä€😀\n%s".formatted(version, lines);
  }

  private static JsonNode propose(String path, String text) {
    HttpResponse<String> response = server.put(ann, path, text.getBytes(StandardCharsets.UTF_8));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    return Json.own(response.body());
  }

  private static HttpResponse<String> post(String key, String id, String action, String body) {
    return server.post(key, "%s/%s/%s".formatted(PROPOSALS, id, action), body);
  }

  private static HttpResponse<String> activate(String key, JsonNode proposal) {
    return post(
        key,
        proposal.path("id").asString(""),
        "activate",
        Json.text(Map.of("policy_digest", proposal.path("policy_digest").asString(""))));
  }

  private static Policy ofJobs() {
    return server.bench.policies.byDigest(
        server.bench.database,
        server.bench.policies.digestFor(
            server.bench.database, server.bench.tenant.tenantId(), Bench.BASE));
  }

  private static void assertProblem(
      HttpResponse<String> response, int status, String code, String detail) {
    assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
    JsonNode problem = Json.own(response.body());
    assertThat(problem.path("detail").asString("")).isEqualTo(detail);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(problem.path("type").asString("")).isEqualTo("urn:tiltmeter:" + code);
  }

  private static List<AuditEntry> audit() {
    return server.bench.audit.after(server.bench.database, 0, 1000);
  }

  @Test
  void propose_aPolicy_showsWhatItWouldChangeAndChangesNothing() {
    Policy before = ofJobs();
    JsonNode proposal = propose(TENANT, text("gate: {margin: 0.09}\n"));

    assertThat(proposal.path("state").asString("")).isEqualTo("open");
    assertThat(proposal.path("tenant").asString("")).isEqualTo("acme");
    assertThat(proposal.path("proposed_by").asString("")).isEqualTo("ann");
    assertThat(proposal.path("changes").path(0).path("path").asString("")).isEqualTo("gate.margin");
    assertThat(proposal.path("changes").path(0).path("to").asDouble(0)).isEqualTo(0.09);
    assertThat(proposal.path("changes").path(0).path("effect").asString("")).isEqualTo("laxer");
    assertThat(ofJobs()).isEqualTo(before);
    assertThat(audit().getLast())
        .extracting(AuditEntry::actor, AuditEntry::action, AuditEntry::subject)
        .containsExactly("ann", "propose-policy", "acme");
    assertThat(Json.own(server.get(bob, PROPOSALS).body()).path("data").path(0))
        .isEqualTo(proposal);
  }

  @Test
  void activate_byAnotherPerson_holdsForJobsToComeAndIsAudited() {
    String text = text("gate: {margin: 0.08}\n");
    JsonNode proposal = propose(TENANT, text);
    HttpResponse<String> response = activate(bob, proposal);

    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode activated = Json.own(response.body());
    assertThat(activated.path("state").asString("")).isEqualTo("activated");
    assertThat(activated.path("closed_by").asString("")).isEqualTo("bob");
    assertThat(activated.path("changes")).isEqualTo(proposal.path("changes"));
    assertThat(ofJobs().gate().margin()).isEqualTo(0.08);
    AuditEntry last = audit().getLast();
    assertThat(last)
        .extracting(AuditEntry::actor, AuditEntry::action, AuditEntry::subject)
        .containsExactly("bob", "activate-policy", "acme");
    assertThat(last.details())
        .containsEntry("proposed_by", "ann")
        .containsEntry("policy", proposal.path("policy_digest").asString(""))
        .containsEntry("replaces", proposal.path("replaces").asString(""));
    JsonNode inForce = Json.own(server.get(bob, TENANT).body());
    assertThat(inForce.path("text").asString("")).isEqualTo(text);
    assertThat(inForce.path("policy_digest")).isEqualTo(proposal.path("policy_digest"));
  }

  @Test
  void activate_withASecondKeyOfTheSamePerson_isRefused() {
    Policy before = ofJobs();
    JsonNode proposal = propose(TENANT, text(""));

    assertProblem(
        activate(annAgain, proposal),
        409,
        "second_person_needed",
        "You proposed this policy; a second person has to activate it.");
    assertThat(ofJobs()).isEqualTo(before);
  }

  @Test
  void activate_withAnotherDigest_isRefused() {
    JsonNode proposal = propose(TENANT, text(""));
    String other = "sha256:" + "0".repeat(64);

    assertProblem(
        post(
            bob,
            proposal.path("id").asString(""),
            "activate",
            Json.text(Map.of("policy_digest", other))),
        409,
        "policy_changed",
        "The proposed policy is %s, not %s; look at the proposal again."
            .formatted(proposal.path("policy_digest").asString(""), other));
    assertProblem(
        post(bob, proposal.path("id").asString(""), "activate", "{}"),
        400,
        "invalid_parameter",
        "expected {\"policy_digest\": DIGEST} with the digest as the proposal gives it");
  }

  @Test
  void activate_aClosedProposal_isRefused() {
    JsonNode proposal = propose(TENANT, text(""));
    HttpResponse<String> withdrawn = post(ann, proposal.path("id").asString(""), "withdraw", "");

    assertThat(Json.own(withdrawn.body()).path("state").asString("")).isEqualTo("withdrawn");
    assertThat(audit().getLast().action()).isEqualTo("withdraw-policy");
    assertProblem(
        activate(bob, proposal),
        409,
        "proposal_closed",
        "This proposal is closed: withdrawn by ann.");
    assertProblem(
        post(bob, "polp_none", "withdraw", ""), 404, "not_found", "No such proposal: polp_none");
  }

  @Test
  void propose_besideAnOpenProposal_isRefused() {
    propose(TENANT, text(""));

    assertProblem(
        server.put(bob, TENANT, text("").getBytes(StandardCharsets.UTF_8)),
        409,
        "proposal_open",
        "There is an open proposal for acme; activate or withdraw it first.");
    assertThat(propose(INSTALLATION, text("")).path("tenant").isNull()).isTrue();
  }

  @Test
  void propose_whatIsInForce_isRefused() {
    String text = text("");
    activate(bob, propose(TENANT, text));

    assertProblem(
        server.put(ann, TENANT, text.getBytes(StandardCharsets.UTF_8)),
        409,
        "policy_in_force",
        "This policy is in force already.");
  }

  @Test
  void activate_forTheInstallation_holdsForTenantsWithoutTheirOwn() {
    String key = server.bench.keys.createForTenant(server.bench.database, "fresh", false).secret();
    activate(bob, propose(INSTALLATION, text("gate: {margin: 0.03}\n")));

    assertThat(server.bench.keys.find(server.bench.database, key)).isPresent();
    JsonNode inForce = Json.own(server.get(bob, "/ops/v1/tenants/fresh/policy").body());
    assertThat(inForce.path("text").asString("")).contains("gate: {margin: 0.03}");
    assertThat(Json.own(server.get(bob, INSTALLATION).body()).path("policy_digest"))
        .isEqualTo(inForce.path("policy_digest"));
  }

  @Test
  void activate_afterWhatItReplacesHasChanged_isRefused() {
    server.bench.keys.createForTenant(server.bench.database, "late", false);
    JsonNode own = propose("/ops/v1/tenants/late/policy", text(""));
    activate(bob, propose(INSTALLATION, text("")));

    assertProblem(
        activate(bob, own),
        409,
        "policy_in_force_changed",
        "The policy in force is no longer the one that this proposal was compared with; withdraw"
            + " it and propose again.");
  }

  @Test
  void propose_byAReviewer_isForbidden() {
    assertProblem(
        server.put(
            key("eve", Scope.REVIEW), INSTALLATION, text("").getBytes(StandardCharsets.UTF_8)),
        403,
        "insufficient_permissions",
        "This needs a staff key with scope \"operate\" or \"lead\".");
  }
}
