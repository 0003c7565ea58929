package io.tiltmeter.gateway.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HomeLockTest {
  @TempDir private Path temporary;

  @Test
  void acquire_whileAnotherProcessHoldsIt_namesThatProcess() throws Exception {
    Process holder = TestHome.holdElsewhere(temporary, false);
    try {
      assertThatThrownBy(() -> HomeLock.acquire(temporary))
          .isInstanceOf(HomeInUseException.class)
          .hasMessage(
              "home %s is in use by process %d; stop that one, or give another home"
                  .formatted(temporary.toRealPath(), holder.pid()));
    } finally {
      holder.destroyForcibly().waitFor();
    }
    HomeLock.acquire(temporary).close();
  }

  @Test
  void acquire_twiceInOneProcess_isRefusedAndKeepsTheFirst() throws Exception {
    String own = Long.toString(ProcessHandle.current().pid());
    try (HomeLock home = HomeLock.acquire(temporary)) {
      assertThatThrownBy(() -> HomeLock.acquire(temporary))
          .isInstanceOf(HomeInUseException.class)
          .hasMessageContaining("in use by process " + own);
      assertThat(Files.readString(home.home().resolve("lock"))).isEqualTo(own + "\n");
    }
    HomeLock.acquire(temporary).close();
  }

  @Test
  void acquire_whereAFileStands_saysSo() throws Exception {
    Path file = Files.createFile(temporary.resolve("file"));

    assertThatThrownBy(() -> HomeLock.acquire(file))
        .isInstanceOf(PostgresException.class)
        .hasMessageStartingWith(
            "expected a home directory that can be written at %s, found ".formatted(file));
  }
}
