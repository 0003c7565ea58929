package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.hub.FakeHub;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.postgres.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ModelOfAHubTest {
  private static final Path BASE = Cli.fixture("models/tiny-base");

  @TempDir private Path folder;
  private Path home;
  private PostgresAddress address;
  private FakeHub hub;

  @BeforeEach
  void start() throws IOException {
    home = folder.resolve("home");
    address = TestPostgres.freshDatabase();
    Files.writeString(folder.resolve("password"), address.password());
    hub = FakeHub.start();
    try (Stream<Path> files = Files.list(BASE)) {
      for (Path file : files.toList()) {
        byte[] content = Files.readAllBytes(file);
        String name = file.getFileName().toString();
        if (name.endsWith(".safetensors")) {
          hub.large(name, content);
        } else {
          hub.file(name, content);
        }
      }
    }
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private Path config(String more) throws IOException {
    return Files.writeString(
        folder.resolve("config.yaml"),
        """
        schema: tiltmeter.config/v1
        database:
          {host: "%s", port: %d, name: %s, user: %s, password_file: password}
        %s
        """
            .formatted(address.host(), address.port(), address.database(), address.user(), more));
  }

  private Cli add(String more, String... words) throws IOException {
    List<Object> all = new ArrayList<>(List.of("model", "add", "hf://org/name", "--name", "tiny"));
    all.addAll(List.of("--revision", FakeHub.COMMIT, "--home", home, "--config", config(more)));
    all.addAll(List.of(words));
    return Cli.run(all.toArray());
  }

  private void assertNothingIsLeft() {
    assertThat(home.resolve("downloads")).isEmptyDirectory();
    assertThat(home.resolve("models")).isEmptyDirectory();
  }

  @Test
  void add_ofACommit_pinsWhatItHoldsAndRecordsWhereItCameFrom() throws Exception {
    hub.file("LICENSE", "free".getBytes(StandardCharsets.UTF_8));
    Cli added = add("", "--hub", hub.address().toString(), "--json");

    assertThat(added.code()).as(added.err()).isZero();
    JsonNode view = added.json();
    String origin = "hf://org/name@" + FakeHub.COMMIT;
    assertThat(view.path("source").asString("")).isEqualTo(origin);
    assertThat(view.path("revision").asString("")).isEqualTo(FakeHub.COMMIT);
    assertThat(view.path("skipped").toString()).isEqualTo("[\"LICENSE\"]");
    assertThat(added.err()).isEqualTo("not fetched: \"LICENSE\"\n");
    assertThat(sources()).containsExactly(origin);
    assertThat(home.resolve("downloads")).isEmptyDirectory();

    Cli same =
        Cli.run("model", "add", BASE, "--name", "tiny", "--home", home, "--config", config(""));
    assertThat(same.out())
        .isEqualTo("tiny: 6 files, %s\n".formatted(view.path("digest").asString("")));
  }

  private List<String> sources() throws SQLException {
    List<String> sources = new ArrayList<>();
    try (Connection connection =
            DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
        ResultSet rows =
            connection.createStatement().executeQuery("select source from base_model")) {
      while (rows.next()) {
        sources.add(rows.getString(1));
      }
    }
    return sources;
  }

  @Test
  void add_withAHubInTheConfiguration_asksThatOne() throws IOException {
    Cli added = add("hub: {url: \"%s\"}".formatted(hub.address()));

    assertThat(added.code()).as(added.err()).isZero();
  }

  @Test
  void add_ofOtherBytesThanListed_leavesNothing() throws IOException {
    hub.replace("config.json", Files.readAllBytes(BASE.resolve("tokenizer_config.json")));
    Cli refused = add("", "--hub", hub.address().toString());

    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).startsWith("tiltmeter: config.json: expected ").hasLineCount(1);
    assertNothingIsLeft();
  }

  @Test
  void add_ofAModelWithPickles_isRefusedByName() throws IOException {
    hub.file("pytorch_model.bin", new byte[1]);
    Cli refused = add("", "--hub", hub.address().toString());

    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .isEqualTo(
            """
            tiltmeter: hf://org/name cannot be used:
            pytorch_model.bin: pickle can run code when it is loaded; save weights as safetensors (pickle)
            """);
    assertNothingIsLeft();
  }

  @Test
  void add_ofAModelThatNamesCode_isRefusedByVetting() throws IOException {
    String config = Files.readString(BASE.resolve("config.json"));
    hub.forget("config.json");
    hub.file(
        "config.json",
        config.replaceFirst("\\{", "{\"auto_map\":{},").getBytes(StandardCharsets.UTF_8));
    Cli refused = add("", "--hub", hub.address().toString());

    assertThat(refused.err()).contains("config.json: member \"auto_map\"");
    assertNothingIsLeft();
  }

  @Test
  void add_whereNobodyNamesAHub_saysHowTo() throws IOException {
    Cli refused = add("");

    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .startsWith("tiltmeter: expected the address of a hub, found none; give --hub URL");
    assertThat(home).doesNotExist();
  }
}
