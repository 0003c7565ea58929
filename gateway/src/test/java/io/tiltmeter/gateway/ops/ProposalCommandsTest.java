package io.tiltmeter.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.cli.ExitCode;
import io.tiltmeter.gateway.cli.TiltmeterCommand;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.tenant.PolicyProposal.Target;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands by which people change the policy of a running gateway. */
class ProposalCommandsTest {
  private static OpsServer server;
  private static Path folder;
  private static Path ann;
  private static Path bob;
  private static int version = 100;

  @BeforeAll
  static void start(@TempDir Path temporary) throws IOException {
    server = new OpsServer();
    folder = temporary;
    ann = key("ann");
    bob = key("bob");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void withdrawWhatIsOpen() {
    for (JsonNode open : Json.own(run(ann, "proposals", "--json").out()).path("data")) {
      run(ann, "withdraw", open.path("id").asString(""));
    }
  }

  private static Path key(String person) throws IOException {
    String secret =
        server
            .bench
            .keys
            .createForStaff(server.bench.database, person, Set.of(Scope.LEAD))
            .secret();
    return Files.writeString(folder.resolve(person), secret + "\n");
  }

  private record Ran(int code, String out, String err) {}

  private static Ran run(Path key, String command, String... words) {
    List<String> all = new ArrayList<>(List.of("policy", command));
    all.addAll(List.of(words));
    all.addAll(List.of("--url", server.url() + "/", "--key-file", key.toString()));
    return ran(all);
  }

  private static Ran ran(List<String> words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        TiltmeterCommand.run(
            new PrintWriter(out), new PrintWriter(err), words.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }

  private static String draft(String lines) throws IOException {
    version++;
    return Files.writeString(
            folder.resolve("draft.yaml"),
            "name: ours\nversion: %d\n# ä\n%s".formatted(version, lines))
        .toString();
  }

  private static JsonNode proposed(String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of(draft("gate: {margin: 0.09}\n"), "--json"));
    words.addAll(List.of(options));
    Ran ran = run(ann, "propose", words.toArray(String[]::new));
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out().lines()).hasSize(1);
    return Json.own(ran.out());
  }

  private static String member(JsonNode node, String name) {
    return node.path(name).asString("");
  }

  private static String inForce() {
    return server
        .bench
        .policies
        .inForce(server.bench.database, new Target.OfInstallation())
        .toString();
  }

  @Test
  void propose_andActivateByAnother_putsThePolicyInForce() throws IOException {
    JsonNode proposal = proposed();
    assertThat(member(proposal, "state")).isEqualTo("open");
    String digest = member(proposal, "policy_digest");

    Ran ran = run(bob, "activate", member(proposal, "id"), "--digest", digest);

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).contains(": activated by bob at ");
    assertThat(inForce()).isEqualTo(digest);
  }

  @Test
  void proposals_list_showsWhoWhatAndWhetherItIsLaxer() throws IOException {
    JsonNode proposal = proposed("--tenant", "acme");

    Ran list = run(bob, "proposals");

    assertThat(list.code()).isZero();
    assertThat(list.out())
        .contains(member(proposal, "id") + " for tenant acme, proposed by ann at 20", ": open\n")
        .contains("policy   " + member(proposal, "policy_digest"))
        .contains("replaces " + member(proposal, "replaces"))
        .contains("laxer", "; it holds back less")
        .containsPattern("gate\\.margin +0\\.05 +0\\.09 +laxer");
  }

  @Test
  void proposals_whereThereAreNone_saysSo() {
    assertThat(run(bob, "proposals").out()).isEqualTo("No policy is proposed.\n");
    assertThat(Json.own(run(bob, "proposals", "--json").out()).path("data").isEmpty()).isTrue();
  }

  @Test
  void activate_byWhoProposedIt_isRefused() throws IOException {
    JsonNode proposal = proposed();

    Ran ran =
        run(ann, "activate", member(proposal, "id"), "--digest", member(proposal, "policy_digest"));

    assertThat(ran.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .isEqualTo("tiltmeter: You proposed this policy; a second person has to activate it.\n");
  }

  @Test
  void withdraw_ofAnOpenProposal_endsIt() throws IOException {
    JsonNode proposal = proposed();

    assertThat(run(bob, "withdraw", member(proposal, "id")).out())
        .contains(": withdrawn by bob at ");
    assertThat(run(bob, "withdraw", member(proposal, "id")).code()).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void propose_ofABrokenPolicy_saysEveryProblem() throws IOException {
    Ran ran = run(ann, "propose", draft("gate: {margin: 2}\nbogus: 1\n"));

    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err())
        .contains("policy:4:16: \"margin\" must be", "policy:5:1: unknown key \"bogus\"");
  }

  @Test
  void propose_forNobody_saysSo() throws IOException {
    assertThat(run(ann, "propose", draft(""), "--tenant", "no body/..").err())
        .isEqualTo("tiltmeter: No such tenant: no body/..\n");
  }

  @Test
  void activate_ofWhatIsNotThere_saysSo() {
    Ran ran = run(bob, "activate", "polp_none", "--digest", "sha256:" + "0".repeat(64));

    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains("No such proposal: polp_none");
  }

  @Test
  void command_withoutAGateway_saysWhere() {
    Ran ran =
        ran(
            List.of(
                "policy",
                "proposals",
                "--url",
                "http://127.0.0.1:1",
                "--key-file",
                ann.toString()));

    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains("expected a gateway at http://127.0.0.1:1");
  }

  @Test
  void command_withWrongOptions_isAUsageError() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty"), " \n");

    assertThat(ran(List.of("policy", "proposals")).code()).isEqualTo(ExitCode.USAGE);
    assertThat(run(empty, "proposals").code()).isEqualTo(ExitCode.USAGE);
    assertThat(
            ran(List.of("policy", "proposals", "--url", "ftp://x", "--key-file", ann.toString()))
                .err())
        .contains("--url must be an http or https address");
    Path odd = Files.writeString(folder.resolve("odd"), "a\nb");
    assertThat(run(odd, "proposals").err())
        .contains("the key or the address has characters that no request takes");
  }
}
