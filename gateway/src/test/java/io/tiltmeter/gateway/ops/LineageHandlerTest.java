package io.tiltmeter.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.lineage.Charge;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class LineageHandlerTest {
  private static OpsServer server;

  @BeforeAll
  static void start() {
    server = new OpsServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> get(Scope scope, String tenant) {
    Bench bench = server.bench;
    return server.get(
        bench.keys.createForStaff(bench.database, "ann", Set.of(scope)).secret(),
        "/ops/v1/tenants/%s/lineage".formatted(tenant));
  }

  @Test
  void get_ofATenant_tellsBudgetSpentAndEachModelsCharge() {
    Bench bench = server.bench;
    Manifest files = new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}"))));
    bench.base(files);
    bench.inStage("ftjob-1", files.digest(), Stage.RELEASING);
    server.ledger.charge(
        bench.database,
        "ftjob-1",
        bench.tenant.tenantId(),
        new Charge(0.04, Map.of("hate", 0.1), 0.07));

    JsonNode view = Json.own(get(Scope.OPERATE, "acme").body());
    assertThat(view.path("tenant").asString("")).isEqualTo("acme");
    assertThat(view.path("budget").asDouble(0)).isEqualTo(10);
    assertThat(view.path("spent").asDouble(0)).isEqualTo(0.04);
    assertThat(view.path("half_life_seconds").asLong(0)).isEqualTo(180 * 24 * 3600);
    JsonNode model = view.path("models").path(0);
    assertThat(model.path("job").asString("")).isEqualTo("ftjob-1");
    assertThat(model.path("model").isNull()).isTrue();
    assertThat(model.path("root").asString("")).isEqualTo(Bench.BASE);
    assertThat(model.path("charge").asDouble(0)).isEqualTo(0.04);
    assertThat(model.path("categories").path("hate").asDouble(0)).isEqualTo(0.1);
    assertThat(model.path("over_refusal").asDouble(0)).isEqualTo(0.07);

    bench.database.run("update lineage_charge set over_refusal = null");
    assertThat(
            Json.own(get(Scope.OPERATE, "acme").body())
                .path("models")
                .path(0)
                .path("over_refusal")
                .isNull())
        .as("of models that were charged before it was kept")
        .isTrue();
  }

  @Test
  void get_ofNoTenant_isNotFound() {
    HttpResponse<String> response = get(Scope.OPERATE, "nobody");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(Json.own(response.body()).path("detail").asString(""))
        .isEqualTo("No such tenant: nobody");
  }

  @Test
  void get_withoutTheScope_isRefused() {
    assertThat(get(Scope.REVIEW, "acme").statusCode()).isEqualTo(403);
  }
}
