package io.tiltmeter.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.policy.lineage.Digest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PolicyHandlerTest {
  private static final String PATH = "/ops/v1/tenants/acme/policy";
  private static final String GOOD = "name: ours\nversion: 7\n";

  private static OpsServer server;
  private static String operator;
  private Digest before;

  @BeforeAll
  static void start() {
    server = new OpsServer();
    operator = staff(Scope.OPERATE);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void remember() {
    before = policy();
  }

  private static String staff(Scope scope) {
    return server.bench.keys.createForStaff(server.bench.database, "ann", Set.of(scope)).secret();
  }

  private static Digest policy() {
    return server.bench.policies.digestFor(
        server.bench.database, server.bench.tenant.tenantId(), Bench.BASE);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static HttpResponse<String> put(byte[] body) {
    return server.put(operator, PATH, body);
  }

  /** Status, code and what is said, of a problem that changed nothing. */
  private void assertProblem(
      HttpResponse<String> response, int status, String code, String detail) {
    assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
    JsonNode problem = Json.own(response.body());
    assertThat(problem.path("detail").asString()).isEqualTo(detail);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("type").asString()).isEqualTo("urn:tiltmeter:" + code);
    assertThat(policy()).isEqualTo(before);
  }

  private void assertInvalid(byte[] body, String... issues) {
    assertProblem(put(body), 400, "invalid_policy", String.join("\n", issues));
  }

  @Test
  void put_bytesThatAreNotUtf8_namesEachPlace() {
    assertInvalid(
        "name: ours\nversion: 7\n# caf\u00e9 \u00e9\nrules: []  # \u00ff\n"
            .getBytes(StandardCharsets.ISO_8859_1),
        "policy:3:6: not UTF-8: unexpected byte 0xe9 (the column counts bytes);"
            + " save the file as UTF-8",
        "policy:4:14: not UTF-8: unexpected byte 0xff (the column counts bytes);"
            + " save the file as UTF-8");
  }

  @Test
  void put_aWrongSchema_saysWhichIsExpected() {
    assertInvalid(
        utf8("schema: tiltmeter.policy/v9\nname: ours\nversion: 1\n"),
        "policy:1:9: \"schema\" must be \"tiltmeter.policy/v1\", got \"tiltmeter.policy/v9\";"
            + " this version reads no other");
  }

  @Test
  void put_severalMistakes_saysAll() {
    assertInvalid(
        utf8("name: ours\nversion: 1\ngate: {margin: 2}\nbogus: 1\n"),
        "policy:3:16: \"margin\" must be above 0 and below 1, got 2",
        "policy:4:1: unknown key \"bogus\" in the policy; the nearest known key is \"base\"");
  }

  @Test
  void put_noYaml_saysWhere() {
    assertInvalid(
        utf8("gate: [\n"),
        "policy:2:1: not YAML: expected the node content, but found '<stream end>'");
  }

  @Test
  void put_nothing_saysWhatIsExpected() {
    assertInvalid(
        new byte[0], "policy:1:1: file is empty; expected a mapping that begins with \"schema\"");
  }

  @Test
  void put_aCharacterThatCannotBeKept_isRefused() {
    assertInvalid(
        utf8("name: ours\nversion: 1 # \0\n"),
        "policy:2:14: not YAML: a character that YAML does not allow, or too much of one thing");
  }

  @Test
  void put_tooMuch_saysTheLimit() {
    byte[] large = utf8(GOOD + "#".repeat(OpsApi.MAX_BODY_BYTES));
    assertProblem(
        put(large), 413, "too_large", "The request's body may have at most 1048576 bytes.");
  }

  @Test
  void put_forNobody_isNotFound() {
    assertProblem(
        server.put(operator, "/ops/v1/tenants/nobody/policy", utf8("name: ours\nversion: 70\n")),
        404,
        "not_found",
        "No such tenant: nobody");
  }

  @Test
  void put_withoutTheScope_isForbidden() {
    assertProblem(
        server.put(staff(Scope.REVIEW), PATH, utf8("name: ours\nversion: 71\n")),
        403,
        "insufficient_permissions",
        "This needs a staff key with scope \"operate\" or \"lead\".");
  }

  @Test
  void put_withACustomersKey_isForbidden() {
    String customer =
        server.bench.keys.createForTenant(server.bench.database, "acme", true).secret();
    assertProblem(
        server.put(customer, PATH, utf8("name: ours\nversion: 72\n")),
        403,
        "insufficient_permissions",
        "This needs a staff key with scope \"operate\" or \"lead\".");
  }

  @Test
  void put_withoutAKey_isUnauthorized() {
    assertProblem(
        server.put("", PATH, utf8("name: ours\nversion: 73\n")),
        401,
        "invalid_api_key",
        "You didn't provide an API key; send it as \"Authorization: Bearer KEY\".");
  }
}
