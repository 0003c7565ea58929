package io.tiltmeter.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.key.Scope;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TenantHandlerTest {
  private static final String PATH = "/ops/v1/tenants/acme/tier";

  private static OpsServer server;
  private static String operator;

  @BeforeAll
  static void start() {
    server = new OpsServer();
    operator =
        server
            .bench
            .keys
            .createForStaff(server.bench.database, "ann", Set.of(Scope.OPERATE))
            .secret();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> put(String path, String body) {
    return server.put(operator, path, body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void putTier_aName_isKeptAndAudited() {
    HttpResponse<String> response = put(PATH, "{\"tier\":\"gold\"}");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(
            server.bench.count("select count(*) from tenant where name = 'acme' and tier = 'gold'"))
        .isEqualTo(1);
    AuditEntry last = server.bench.audit.after(server.bench.database, 0, 1000).getLast();
    assertThat(last)
        .extracting(AuditEntry::actor, AuditEntry::action, AuditEntry::subject)
        .containsExactly("ann", "set-tier", "acme");
    assertThat(last.details()).containsEntry("tier", "gold");
  }

  @Test
  void putTier_noName_saysWhatIsExpected() {
    for (String body : new String[] {"{}", "{\"tier\":\"Gold\"}", "{\"tier\":\"a\",\"b\":1}"}) {
      HttpResponse<String> response = put(PATH, body);
      assertThat(response.statusCode()).as(body).isEqualTo(400);
      assertThat(Json.own(response.body()).path("detail").asString(""))
          .isEqualTo(
              "expected {\"tier\": NAME} with a name of 1 to 40 lower-case letters, digits and"
                  + " hyphens");
    }
  }

  @Test
  void putTier_ofNobody_isNotFound() {
    HttpResponse<String> response = put("/ops/v1/tenants/nobody/tier", "{\"tier\":\"gold\"}");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(Json.own(response.body()).path("detail").asString(""))
        .isEqualTo("No such tenant: nobody");
  }
}
