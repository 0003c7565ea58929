package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.http.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What belongs to one tenant is not there for another, and nothing another does changes it. The
 * cases are the router's own routes: one that is added is tried here, or has no id to be tried with
 * and fails.
 */
class TenantIsolationTest {
  private static final Pattern NAME = Pattern.compile("\\{(\\w+)}");
  private static final String NAMED = "/v1/fine_tuning/checkpoints/";

  /** What requests need so that it is the id that they fail for. */
  private static final Map<String, String> BODIES =
      Map.of(
          "/appeal", "{\"text\":\"It is a mistake.\"}",
          "/complete", "{\"part_ids\":[\"part_x\"]}",
          "/permissions", "{\"project_ids\":[\"proj_9\"]}",
          "/test", "{\"event_type\":\"fine_tuning.job.failed\"}",
          "/v1/webhook_endpoints/{endpoint}", "{\"name\":\"theirs\"}");

  private static ApiWorld world;

  @BeforeAll
  static void start(@TempDir Path folder) {
    world = new ApiWorld(folder);
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  static List<String> routesWithIds() {
    return world.server.operations().stream().filter(route -> route.contains("{")).toList();
  }

  @ParameterizedTest
  @MethodSource("routesWithIds")
  void route_withAnotherTenantsId_isNotFoundAndChangesNothing(String route) {
    String method = route.substring(0, route.indexOf(' ')).toUpperCase(Locale.ROOT);
    String path = route.substring(route.indexOf(' ') + 1);
    List<String> before = contents();

    HttpResponse<String> answer = send(method, path);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
    assertThat(Json.own(answer.body()).at("/error/type").asString())
        .isEqualTo("invalid_request_error");
    assertThat(contents()).isEqualTo(before);
  }

  private static HttpResponse<String> send(String method, String path) {
    String key = path.startsWith(NAMED) ? world.foreignAdmin : world.server.globex;
    String filled = NAME.matcher(path).replaceAll(found -> id(path, found));
    boolean isForm = path.endsWith("/parts");
    String body = isForm ? Form.of("D:abc") : body(method, path);
    return world.server.send(
        world
            .server
            .request(key, filled)
            .header("Content-Type", isForm ? Form.TYPE : "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
  }

  private static String body(String method, String path) {
    return method.equals("POST")
        ? BODIES.entrySet().stream()
            .filter(body -> path.endsWith(body.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse("")
        : "";
  }

  /** Acme's own id of this name; a name without one fails the test of its route. */
  private static String id(String path, MatchResult name) {
    boolean isNamed = path.startsWith(NAMED) && name.group(1).equals("checkpoint");
    return Optional.ofNullable(world.ids.get(isNamed ? "named" : name.group(1)))
        .orElseThrow(() -> new AssertionError("expected an id of acme for " + name.group()));
  }

  /** Every row of every table, but for when keys were last used. */
  private static List<String> contents() {
    List<String> tables =
        world.server.database.list(
            row -> row.getString("tablename"),
            "select tablename from pg_tables where schemaname = 'public' and tablename <> 'api_key'"
                + " order by tablename");
    return tables.stream()
        .map(
            table ->
                world
                    .server
                    .database
                    .list(
                        row -> row.getString("line"),
                        "select r::text as line from %s as r order by 1".formatted(table))
                    .stream()
                    .collect(Collectors.joining("\n", table + "\n", "")))
        .toList();
  }

  @Test
  void lists_ofAnotherTenant_areEmpty() {
    for (String path : List.of("/v1/files", "/v1/fine_tuning/jobs", "/v1/webhook_endpoints")) {
      assertThat(Json.own(world.server.get(world.server.globex, path).body()).path("data"))
          .isEmpty();
    }
    assertThat(world.server.get(world.server.globex, "/v1/models").body())
        .doesNotContain(world.ids.get("model"));
  }
}
