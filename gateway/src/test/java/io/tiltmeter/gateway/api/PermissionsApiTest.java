package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.NotFoundException;
import com.openai.errors.PermissionDeniedException;
import com.openai.models.finetuning.checkpoints.permissions.PermissionCreateParams;
import com.openai.models.finetuning.checkpoints.permissions.PermissionCreateResponse;
import com.openai.models.finetuning.checkpoints.permissions.PermissionDeleteParams;
import com.openai.models.finetuning.checkpoints.permissions.PermissionListParams;
import com.openai.models.finetuning.checkpoints.permissions.PermissionListResponse;
import com.openai.services.blocking.finetuning.checkpoints.PermissionService;
import io.tiltmeter.gateway.key.KeyStore;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Permissions on checkpoints, as the official SDK manages them with an admin key. */
class PermissionsApiTest {
  private static ApiServer server;
  private static String adminKey;
  private static PermissionService permissions;

  @BeforeAll
  static void start(@TempDir Path blobs) {
    server = ApiServer.start(blobs);
    adminKey = new KeyStore(server.clock).createForTenant(server.database, "acme", true).secret();
    permissions = admin(adminKey);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static PermissionService admin(String key) {
    OpenAIClient client =
        OpenAIOkHttpClient.builder()
            .baseUrl("http://127.0.0.1:%d/v1".formatted(server.port()))
            .adminApiKey(key)
            .responseValidation(true)
            .build();
    return client.fineTuning().checkpoints().permissions();
  }

  /** The public name of a checkpoint of a job of acme. */
  private static String checkpoint(String name) {
    AcmeJob job = AcmeJob.create(server, name).in("training", "");
    job.lease();
    job.checkpoint("ftckpt_" + name, 8, "clear");
    return "ft:%s:acme::%s:ckpt-step-8".formatted(ApiServer.BASE, job.id().substring(6, 14));
  }

  private static List<PermissionCreateResponse> create(String checkpoint, String... projects) {
    return permissions
        .create(
            PermissionCreateParams.builder()
                .fineTunedModelCheckpoint(checkpoint)
                .projectIds(List.of(projects))
                .build())
        .data();
  }

  @Test
  void create_list_andDelete_goRoundWithAnAdminKey() {
    String checkpoint = checkpoint("round");
    List<PermissionCreateResponse> made = create(checkpoint, "proj_a", "proj_b", "proj_c");

    assertThat(made)
        .extracting(PermissionCreateResponse::projectId)
        .containsExactly("proj_a", "proj_b", "proj_c");
    assertThat(create(checkpoint, "proj_a").getFirst().id()).isEqualTo(made.getFirst().id());
    assertThat(listed(checkpoint, PermissionListParams.Order.DESCENDING))
        .containsExactly("proj_c", "proj_b", "proj_a");
    assertThat(listed(checkpoint, PermissionListParams.Order.ASCENDING))
        .containsExactly("proj_a", "proj_b", "proj_c");
    assertThat(
            permissions
                .delete(
                    PermissionDeleteParams.builder()
                        .fineTunedModelCheckpoint(checkpoint)
                        .permissionId(made.getFirst().id())
                        .build())
                .deleted())
        .isTrue();
    assertThat(listed(checkpoint, PermissionListParams.Order.ASCENDING))
        .containsExactly("proj_b", "proj_c");
  }

  private static List<String> listed(String checkpoint, PermissionListParams.Order order) {
    return permissions
        .list(
            PermissionListParams.builder()
                .fineTunedModelCheckpoint(checkpoint)
                .order(order)
                .limit(2)
                .build())
        .autoPager()
        .stream()
        .map(PermissionListResponse::projectId)
        .toList();
  }

  @Test
  void list_ofOneProject_givesItsPermissionOnly() {
    String checkpoint = checkpoint("project");
    create(checkpoint, "proj_a", "proj_b");

    HttpResponse<String> found =
        server.get(
            adminKey,
            "/v1/fine_tuning/checkpoints/ftckpt_project/permissions?project_id=proj_b&limit=1");
    assertThat(found.body())
        .contains("proj_b")
        .doesNotContain("proj_a")
        .contains("\"has_more\":false");
  }

  @Test
  void anyCall_withAProjectsKey_isForbidden() {
    String checkpoint = checkpoint("plain");
    PermissionDeniedException refused =
        catchThrowableOfType(
            PermissionDeniedException.class,
            () ->
                admin(server.acme)
                    .list(
                        PermissionListParams.builder()
                            .fineTunedModelCheckpoint(checkpoint)
                            .build()));

    assertThat(refused.code()).contains("insufficient_permissions");
    assertThat(refused).hasMessageContaining("This needs a customer's key with scope \"admin\".");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftckpt_none",
        "ft:tiny-chat:acme::00000000:ckpt-step-8",
        "ft:tiny-chat:acme:::ckpt-step-8",
        "ft:tiny-chat:acme::%:ckpt-step-99999999999999999999",
      })
  void list_ofACheckpointThatIsNone_findsNone(String name) {
    NotFoundException refused =
        catchThrowableOfType(
            NotFoundException.class,
            () ->
                permissions.list(
                    PermissionListParams.builder().fineTunedModelCheckpoint(name).build()));

    assertThat(refused).hasMessageContaining("No such checkpoint: " + name);
  }

  @Test
  void anyCall_ofAnotherTenantsAdmin_findsNone() {
    String checkpoint = checkpoint("foreign");
    PermissionService stranger =
        admin(new KeyStore(server.clock).createForTenant(server.database, "globex", true).secret());

    assertThat(
            catchThrowableOfType(
                NotFoundException.class,
                () ->
                    stranger.list(
                        PermissionListParams.builder()
                            .fineTunedModelCheckpoint(checkpoint)
                            .build())))
        .hasMessageContaining("No such checkpoint: " + checkpoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"project_ids\":[]}",
        "{\"project_ids\":\"proj_a\"}",
        "{\"project_ids\":[1]}",
        "{\"project_ids\":[\"a b\"]}"
      })
  void create_withoutProjects_isRefused(String body) {
    checkpoint("body" + Integer.toHexString(body.hashCode()));
    HttpResponse<String> refused =
        server.post(
            adminKey,
            "/v1/fine_tuning/checkpoints/ftckpt_body%s/permissions"
                .formatted(Integer.toHexString(body.hashCode())),
            body);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(AcmeJob.error(refused).path("code").asString()).isEqualTo("invalid_value");
    assertThat(AcmeJob.error(refused).path("param").asString()).isEqualTo("project_ids");
    assertThat(AcmeJob.error(refused).path("message").asString())
        .isEqualTo(
            "Invalid value for 'project_ids': expected a list of 1 to 100 names of 1 to 64 letters,"
                + " digits, \"-\", \"_\" or \".\".");
  }

  @Test
  void list_inAnUnknownOrder_isRefused() {
    checkpoint("order");
    HttpResponse<String> refused =
        server.get(adminKey, "/v1/fine_tuning/checkpoints/ftckpt_order/permissions?order=asc");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(AcmeJob.error(refused).path("message").asString())
        .isEqualTo("Invalid value for 'order': expected \"ascending\" or \"descending\".");
  }

  @Test
  void delete_ofAPermissionThatIsNone_findsNone() {
    checkpoint("gone");
    HttpResponse<String> refused =
        server.send(
            server
                .request(adminKey, "/v1/fine_tuning/checkpoints/ftckpt_gone/permissions/cp_none")
                .DELETE());

    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(AcmeJob.error(refused).path("message").asString())
        .isEqualTo("No such permission: cp_none");
  }
}
