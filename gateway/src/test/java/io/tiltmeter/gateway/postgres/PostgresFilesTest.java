package io.tiltmeter.gateway.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PostgresFilesTest {
  @TempDir private Path temporary;

  @Test
  void unpackInto_besideAHalfUnpackedFolder_unpacksAnew() throws IOException {
    Path half = Files.createDirectories(temporary.resolve("bin-63.staging-1/bin"));
    Path folder = new PostgresBinaries().unpackInto(temporary);
    Path stale = Files.createDirectories(temporary.resolve(folder.getFileName() + ".staging-1"));
    Staging.delete(folder);

    assertThat(new PostgresBinaries().unpackInto(temporary)).isEqualTo(folder);

    assertThat(folder.resolve("bin/postgres")).isExecutable();
    assertThat(folder.resolve("lib/libpq.so.5")).isSymbolicLink().exists();
    assertThat(stale).doesNotExist();
    assertThat(half).exists();
  }

  @Test
  void unpackInto_withoutArchive_saysWhatIsMissing() {
    assertThatThrownBy(() -> new PostgresBinaries("/postgres-none.txz").unpackInto(temporary))
        .isInstanceOf(PostgresException.class)
        .hasMessage(
            "expected PostgreSQL's programs for this machine at /postgres-none.txz on the class"
                + " path, found nothing; run on Linux x86-64, or set the address of a database");
  }

  @Test
  void choose_whileThePortIsFree_keepsIt() throws IOException {
    PortFile file = new PortFile(temporary.resolve("port"));
    int port = file.choose();

    assertThat(file.choose()).isEqualTo(port);
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThat(file.choose()).isNotEqualTo(taken.getLocalPort()).isPositive();
    }
  }

  @Test
  void choose_withNonsenseInTheFile_givesAPort() throws IOException {
    Files.writeString(temporary.resolve("port"), "99999");

    assertThat(new PortFile(temporary.resolve("port")).choose()).isBetween(1, 65_535);
  }

  @Test
  void rotate_ofALargeLog_putsItAside() throws IOException {
    Path path = temporary.resolve("postgres.log");
    Files.write(path, new byte[(4 << 20) + 1]);

    new ServerLog(path).rotate();

    assertThat(path).doesNotExist();
    assertThat(temporary.resolve("postgres.log.1")).hasSize((4 << 20) + 1);
  }

  @Test
  void tail_ofALongLog_isItsLastFiveLinesInOne() throws IOException {
    Path path = temporary.resolve("postgres.log");
    Files.write(path, "x\n".repeat(10_000).concat("a\nb\nc\nd\ne\n").getBytes(UTF_8));

    assertThat(new ServerLog(path).tail()).isEqualTo("a | b | c | d | e");
  }

  @Test
  void parse_ofANoteBeingWritten_isEmpty() {
    assertThat(Postmaster.parse(List.of())).isEmpty();
    assertThat(Postmaster.parse(List.of("12", "/data", "1", "54x"))).isEmpty();
    assertThat(Postmaster.parse(List.of("12", "/data", "1", "543")))
        .contains(new Postmaster(12, 543, false));
  }
}
