package io.tiltmeter.gateway.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
  private static final Path LAUNCHER = Path.of(System.getProperty("tiltmeter.root"), "tiltmeter");

  @Test
  void launcher_noSuitableJdk_saysExpectedFoundAndWhatToDoInOneLine(@TempDir Path dir)
      throws IOException, InterruptedException {
    String script = Files.readString(LAUNCHER);
    assertThat(script).contains("needed=25\n");
    Path copy =
        Files.writeString(dir.resolve("tiltmeter"), script.replace("needed=25\n", "needed=999\n"));
    Path said = dir.resolve("said");
    Process process =
        new ProcessBuilder("sh", copy.toString(), "demo")
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readString(said, StandardCharsets.UTF_8))
        .isEqualTo(
            "tiltmeter: expected a JDK 999 or later, found none in JAVA_HOME, on PATH or in the"
                + " usual places; install one, or set TILTMETER_JAVA_HOME to it\n");
  }
}
