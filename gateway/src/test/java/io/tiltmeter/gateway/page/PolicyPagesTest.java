package io.tiltmeter.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.page.PageServer.Browser;
import io.tiltmeter.gateway.tenant.PolicyProposal;
import io.tiltmeter.gateway.tenant.PolicyProposal.Target;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.policy.lineage.Digest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proposed policies as staff sees them, and what it does with them. */
class PolicyPagesTest {
  private static final Target INSTALLATION = new Target.OfInstallation();

  private static PageServer server;
  private static Caller.Staff ann = new Caller.Staff("", "", Set.of());
  private static int version = 10;

  @BeforeAll
  static void start() {
    server = new PageServer();
    Set<Scope> scopes = Set.of(Scope.OPERATE);
    String key = server.keys.createForStaff(server.database, "ann", scopes).key().id();
    ann = new Caller.Staff(key, "ann", scopes);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void later() {
    server.clock.advance(Duration.ofMinutes(2));
  }

  @AfterEach
  void withdrawWhatIsOpen() {
    server.proposals().open().forEach(open -> server.proposals().withdraw(ann, open.id()));
  }

  private static Browser staff(String person, Scope... scopes) {
    return server.signIn(
        server.keys.createForStaff(server.database, person, Set.of(scopes)).secret());
  }

  private static PolicyProposal proposed(String lines) {
    version++;
    TenantPolicies.PolicyText text =
        Bench.policyText("name: ours\nversion: %d\n%s".formatted(version, lines));
    return server.proposals().propose(ann, INSTALLATION, text);
  }

  private static HttpResponse<String> activate(Browser browser, PolicyProposal proposal) {
    return browser.post(
        "/policies/" + proposal.id() + "/activate",
        Map.of("csrf", browser.csrf(), "policy_digest", proposal.policy().toString()));
  }

  private static Digest inForce() {
    return server.policies.inForce(server.database, INSTALLATION);
  }

  @Test
  void page_ofAProposal_showsWhoWhenAndWhatChanges() {
    PolicyProposal proposal =
        proposed("gate: {margin: 0.09}\ncategories: {hate: {zero_tolerance: true}}\n");

    String page = staff("bob", Scope.LEAD).get("/policies").body();

    assertThat(page)
        .contains(
            proposal.id(),
            proposal.policy().toString(),
            proposal.replaces().toString(),
            "<bdi>ann</bdi>",
            "For every tenant without a policy of its own",
            "<bdi>ours, version %d</bdi>".formatted(version),
            "1 laxer, 1 stricter",
            "<bdi>gate.margin</bdi>",
            "<bdi>categories.hate.zero_tolerance</bdi>",
            "Activate this policy",
            "Withdraw the proposal");
    assertThat(page.indexOf("gate.margin")).isLessThan(page.indexOf("categories.hate"));
  }

  @Test
  void page_forWhoProposed_saysWhyThereIsNothingToActivate() {
    proposed("");

    assertThat(staff("ann", Scope.LEAD).get("/policies").body())
        .contains("You have proposed this policy. Another person has to activate it.")
        .contains("Withdraw the proposal")
        .doesNotContain("Activate this policy");
  }

  @Test
  void page_withoutProposals_saysHowToMakeOne() {
    assertThat(staff("bob", Scope.OPERATE).get("/policies").body())
        .contains("No policy is proposed.", "tiltmeter policy propose");
  }

  @Test
  void page_ofAProposalWhoseComparisonNoLongerHolds_letsNobodyActivateIt() {
    PolicyProposal proposal = proposed("");
    TenantPolicies.PolicyText other = Bench.policyText("name: other\nversion: 1\n");
    server.policies.keep(server.database, other);
    server.policies.activate(server.database, INSTALLATION, other.digest());
    Browser bob = staff("bob", Scope.LEAD);

    assertThat(bob.get("/policies").body())
        .contains("no longer the one that this was compared with")
        .doesNotContain("Activate this policy");
    assertThat(activate(bob, proposal).statusCode()).isEqualTo(409);
  }

  @Test
  void activate_byAnotherPerson_putsThePolicyInForceAndOnRecord() {
    PolicyProposal proposal = proposed("");

    HttpResponse<String> answer = activate(staff("bob", Scope.LEAD), proposal);

    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(answer.headers().firstValue("location")).hasValue("/policies?done=activated");
    assertThat(staff("bob", Scope.LEAD).get("/policies?done=activated").body())
        .contains("The policy is in force for jobs to come.");
    assertThat(inForce()).isEqualTo(proposal.policy());
    assertThat(server.audit.after(server.database, 0, 1000))
        .filteredOn(entry -> entry.action().equals("activate-policy"))
        .extracting(AuditEntry::actor)
        .containsExactly("bob");
  }

  @Test
  void activate_byWhoProposedIt_changesNothingAndSaysWhy() {
    PolicyProposal proposal = proposed("");
    Digest before = inForce();

    HttpResponse<String> answer = activate(staff("ann", Scope.LEAD), proposal);

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body())
        .contains("Not done: You proposed this policy; a second person has to activate it.");
    assertThat(inForce()).isEqualTo(before);
  }

  @Test
  void activate_ofAnotherPolicyThanWasShown_changesNothing() {
    PolicyProposal proposal = proposed("");
    Browser bob = staff("bob", Scope.LEAD);

    HttpResponse<String> answer =
        bob.post(
            "/policies/" + proposal.id() + "/activate",
            Map.of("csrf", bob.csrf(), "policy_digest", Digest.of("other").toString()));

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("look at the proposal again");
    assertThat(inForce()).isNotEqualTo(proposal.policy());
  }

  @Test
  void withdraw_byAnybody_endsTheProposal() {
    PolicyProposal proposal = proposed("");
    Browser bob = staff("bob", Scope.OPERATE);

    HttpResponse<String> answer =
        bob.post("/policies/" + proposal.id() + "/withdraw", Map.of("csrf", bob.csrf()));

    assertThat(answer.headers().firstValue("location")).hasValue("/policies?done=withdrawn");
    assertThat(server.proposals().open()).isEmpty();
    assertThat(inForce()).isNotEqualTo(proposal.policy());
  }

  @Test
  void form_ofAnotherSession_isForbidden() {
    PolicyProposal proposal = proposed("");
    String foreign = staff("eve", Scope.LEAD).csrf();

    HttpResponse<String> answer =
        staff("bob", Scope.LEAD)
            .post("/policies/" + proposal.id() + "/withdraw", Map.of("csrf", foreign));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(server.proposals().open()).hasSize(1);
  }

  @Test
  void page_forOthers_isNotShown() {
    PolicyProposal proposal = proposed("");
    Browser reviewer = staff("reviewer", Scope.REVIEW);
    Browser customer = server.signIn(SampleJob.create(server, "curious", "x").key());

    assertThat(reviewer.get("/policies").statusCode()).isEqualTo(403);
    assertThat(customer.get("/policies").statusCode()).isEqualTo(404);
    assertThat(customer.get("/jobs").body()).doesNotContain("/policies");
    assertThat(activate(customer, proposal).statusCode()).isEqualTo(404);
    assertThat(new Browser(server, "").get("/policies").headers().firstValue("location"))
        .hasValue("/login?back=%2Fpolicies");
    assertThat(activate(staff("bob", Scope.REVIEW), proposal).statusCode()).isEqualTo(403);
  }

  @Test
  void withdraw_ofWhatIsNotThere_isNotFound() {
    Browser bob = staff("bob", Scope.LEAD);

    assertThat(bob.post("/policies/polp_none/withdraw", Map.of("csrf", bob.csrf())).statusCode())
        .isEqualTo(404);
  }
}
