package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.postgres.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class KeysAndModelsTest {
  @TempDir private Path home;
  private PostgresAddress address;
  private Path config;

  @BeforeEach
  void configure() throws IOException {
    address = TestPostgres.freshDatabase();
    config = home.resolve("config.yaml");
    Files.writeString(home.resolve("password"), address.password());
    Files.writeString(
        config,
        """
        schema: tiltmeter.config/v1
        database:
          host: "%s"
          port: %d
          name: %s
          user: %s
          password_file: password
        """
            .formatted(address.host(), address.port(), address.database(), address.user()));
  }

  private Cli run(Object... words) {
    Object[] all = java.util.Arrays.copyOf(words, words.length + 4);
    all[words.length] = "--home";
    all[words.length + 1] = home;
    all[words.length + 2] = "--config";
    all[words.length + 3] = config;
    return Cli.run(all);
  }

  @Test
  void keys_createdListedAndRevoked_areInTheAuditLog() {
    Cli created = run("keys", "create", "--tenant", "acme", "--admin", "--json");
    assertThat(created.code()).isZero();
    String id = created.json().path("id").asString("");
    assertThat(created.json().path("key").asString("")).startsWith("tm-tenant-");
    assertThat(created.json().path("tenant").asString("")).isEqualTo("acme");
    assertThat(created.json().path("scopes").toString()).isEqualTo("[\"admin\",\"fine-tune\"]");
    assertThat(created.json().path("expires_at").isNull()).isTrue();
    assertThat(created.err())
        .isEqualTo("key %s: keep it now, it is not shown again\n".formatted(id));

    assertThat(
            run("keys", "create", "--staff", "ana", "--scopes", "review", "--json")
                .json()
                .path("scopes")
                .toString())
        .isEqualTo("[\"review\"]");
    JsonNode keys = run("keys", "list", "--json").json().path("keys");
    assertThat(keys.size()).isEqualTo(2);
    assertThat(keys.toString()).doesNotContain(created.json().path("key").asString(""));

    assertThat(run("keys", "revoke", id).out()).isEqualTo("revoked " + id + "\n");
    assertThat(run("keys", "revoke", id).err())
        .isEqualTo(
            "tiltmeter: expected the id of a key that is not revoked, found \"%s\"; see tiltmeter keys list\n"
                .formatted(id));
    assertThat(run("audit", "verify", "--json").out())
        .isEqualTo("{\"entries\":3,\"valid\":true,\"first_bad\":null}\n");
  }

  @Test
  void keys_rotatedAndExpiring_areListedWithWhatIsKnownOfThem() {
    String old =
        run("keys", "create", "--tenant", "acme", "--expires-after", "90d", "--json")
            .json()
            .path("id")
            .asString("");

    Cli rotated = run("keys", "rotate", old, "--overlap", "1h", "--json");

    assertThat(rotated.code()).isZero();
    assertThat(rotated.json().path("key").asString("")).startsWith("tm-tenant-");
    JsonNode keys = run("keys", "list", "--json").json().path("keys");
    JsonNode fresh = keys.get(0);
    assertThat(fresh.path("id").asString("")).isEqualTo(rotated.json().path("id").asString(""));
    assertThat(fresh.path("prefix").asString("")).matches("tm-tenant-\\w{4}");
    assertThat(fresh.path("last_used_at").isNull()).isTrue();
    assertThat(fresh.path("expires_at").asLong(0) - fresh.path("created_at").asLong(0))
        .isEqualTo(90 * 24 * 3600);
    assertThat(keys.get(1).path("expires_at").asLong(0) - fresh.path("created_at").asLong(0))
        .isEqualTo(3600);
    assertThat(run("keys", "list").out())
        .contains(old)
        .containsPattern("tm-tenant-\\w{4}…\\w{4}  fine-tune  never used  expires 20");
    assertThat(run("keys", "rotate", "key_none").err())
        .isEqualTo(
            "tiltmeter: expected the id of a key that has its rights, found \"key_none\"; see tiltmeter keys list\n");
    assertThat(run("audit", "verify", "--json").out()).contains("\"entries\":2,\"valid\":true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rotate k --overlap 1w|expected --overlap such as 24h or 0s, found "1w"
          create --tenant a --expires-after 0d|expected --expires-after such as 90d or 12h, above 0, found "0d"
          create --tenant a --scopes review|expected a scope of customers (admin, fine-tune), found "review"
          create --staff a --scopes admin|expected a scope of staff (lead, operate, review), found "admin"
          create --trainer a --scopes train|expected --scopes with --staff or --tenant only
          create --tenant a --scopes admin --admin|expected --admin or --scopes, found both
          """)
  void keys_withBadOptions_sayWhatIsExpected(String words, String message) {
    Cli refused = run(Stream.of(("keys " + words).split(" ", -1)).toArray());

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains(message);
  }

  @Test
  void keys_forAdministration_canHaveThatScopeAlone() {
    assertThat(
            run("keys", "create", "--tenant", "acme", "--scopes", "admin", "--json")
                .json()
                .path("scopes")
                .toString())
        .isEqualTo("[\"admin\"]");
  }

  @Test
  void audit_ofATamperedEntry_isFound() throws SQLException {
    for (String name : new String[] {"a", "b", "c"}) {
      run("keys", "create", "--trainer", name);
    }
    try (Connection connection =
            DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
        Statement statement = connection.createStatement()) {
      statement.execute("alter table audit_entry disable trigger user");
      statement.execute("update audit_entry set actor = 'nobody' where sequence = 2");
    }
    Cli checked = run("audit", "verify", "--json");

    assertThat(checked.out()).isEqualTo("{\"entries\":3,\"valid\":false,\"first_bad\":2}\n");
    assertThat(checked.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(run("audit", "verify").out())
        .isEqualTo("3 entries, the chain breaks at entry 2; compare with an earlier export\n");
  }

  @Test
  void audit_ofAnExportThatIsNone_namesFileAndLine() throws IOException {
    Path export = Files.writeString(home.resolve("audit.jsonl"), "[]\n");

    assertThat(run("audit", "verify", "--export", export).err())
        .isEqualTo(
            "tiltmeter: %s:1: expected an entry of the audit log as one JSON object, found something else\n"
                .formatted(export));
  }

  @Test
  void model_closeToAKnownOne_isRefusedByItsName_unlessSaidToBeIndependent() throws IOException {
    Path base = Cli.fixture("models/tiny-base");
    run("model", "add", base, "--name", "tiny");
    Path tuned = Files.createDirectory(home.resolve("tuned"));
    for (String file :
        new String[] {
          "config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"
        }) {
      Files.copy(base.resolve(file), tuned.resolve(file));
    }
    byte[] weights = Files.readAllBytes(base.resolve("model.safetensors"));
    // The lowest bit of a number of the last tensor.
    weights[weights.length - 4] ^= 1;
    Files.write(tuned.resolve("model.safetensors"), weights);

    Cli refused = run("model", "add", tuned, "--name", "mine");
    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .isEqualTo(
            "tiltmeter: %s: its weights are close to those of base model \"tiny\" (cosine 1.000), expected a base that was trained apart; tune that model instead, or add this one with --independent if it is to be the root of a lineage of its own\n"
                .formatted(tuned));
    assertThat(run("model", "add", tuned, "--name", "mine", "--independent").code()).isZero();
    assertThat(run("model", "add", base, "--name", "again").code())
        .as("the same files as a base under another name")
        .isZero();
  }

  @Test
  void model_addedTwice_isTheSame_andAnotherOfItsNameIsRefused() throws IOException {
    Path base = Cli.fixture("models/tiny-base");
    Cli added = run("model", "add", base, "--name", "tiny", "--json");
    assertThat(added.code()).as(added.err()).isZero();
    String digest = added.json().path("digest").asString("");
    assertThat(added.json().path("files").size()).isEqualTo(6);
    assertThat(home.resolve("models").resolve(digest.replace("sha256:", ""))).isDirectory();
    assertThat(run("model", "add", base, "--name", "tiny", "--json").out()).isEqualTo(added.out());

    Path other = Files.createDirectory(home.resolve("other"));
    for (String file :
        new String[] {
          "config.json",
          "model.safetensors",
          "tokenizer.json",
          "tokenizer_config.json",
          "chat_template.jinja"
        }) {
      Files.copy(base.resolve(file), other.resolve(file));
    }
    assertThat(run("model", "add", other, "--name", "tiny").err())
        .startsWith(
            "tiltmeter: base model \"tiny\" is there already as %s, found ".formatted(digest))
        .endsWith("; choose another name\n");
    assertThat(run("audit", "verify", "--json").json().path("entries").asInt(0)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "main|expected --revision as a commit of 40 hexadecimal digits, found \"main\"; branches and"
            + " tags can move, name the commit",
        "v1.0|expected --revision as a commit of 40 hexadecimal digits, found \"v1.0\"; branches and"
            + " tags can move, name the commit",
        "0123456|expected --revision as a commit of 40 hexadecimal digits, found \"0123456\";"
            + " branches and tags can move, name the commit",
      })
  void model_ofAHubAtWhatCanMove_isRefused(String revision, String message) {
    Cli refused = run("model", "add", "hf://org/name", "--name", "x", "--revision", revision);

    assertThat(refused.err()).isEqualTo("tiltmeter: " + message + "\n");
    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void model_ofLinks_isRefused() throws IOException {
    Path cache = Files.createDirectory(home.resolve("snapshot"));
    Files.createSymbolicLink(
        cache.resolve("config.json"), Cli.fixture("models/tiny-base/config.json"));

    assertThat(run("model", "add", cache, "--name", "x").err())
        .isEqualTo(
            "tiltmeter: %s: expected a directory of plain files, found symbolic links, as in a download cache; copy it with \"cp -rL\" and add the copy\n"
                .formatted(cache));
  }

  @Test
  void keys_ofAHomeAlone_startItsOwnDatabase() {
    Path own = home.resolve("own");
    Cli created = Cli.run("keys", "create", "--trainer", "gpu-7", "--home", own, "--json");
    assertThat(created.code()).as(created.err()).isZero();
    assertThat(Cli.run("keys", "list", "--home", own).out()).contains("trainer gpu-7");
  }
}
