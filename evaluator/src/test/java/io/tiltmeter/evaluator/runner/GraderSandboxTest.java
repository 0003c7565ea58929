package io.tiltmeter.evaluator.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiltmeter.evaluator.grader.ScriptGrader.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GraderSandboxTest {
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final JsonNode SAMPLE = new JsonMapper().readTree("{\"output_text\": \"Paris\"}");
  private static final JsonNode ITEM = new JsonMapper().readTree("{\"answer\": \"Paris\"}");

  @BeforeAll
  static void needsPythonAndBubblewrap() {
    assumeTrue(Files.isExecutable(PYTHON), "no Python here");
    assumeTrue(Restraint.works(List.of("bwrap", "--ro-bind", "/", "/")), "no bubblewrap here");
  }

  @Test
  void run_aScript_givesItsReward() {
    assertThat(
            run(
                """
                import re
                def grade(sample, item):
                    print("chatter")
                    return 0.5 if re.fullmatch(item["answer"], sample["output_text"]) else 0
                """))
        .isEqualTo(new Outcome.Reward(0.5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "def grade(sample, item): return item['nothing']|KeyError",
        "def grade(sample, item) return 1|SyntaxError",
        "x = 1|KeyError",
        "def grade(sample, item): return 'much'|ValueError",
        "import os\\nos._exit(3)|ended with code 3",
        "def grade(sample, item): return bytearray(3 << 30)|MemoryError",
        "def grade(sample, item): raise type('a b', (Exception,), {})()|no reward"
      })
  void run_aScriptThatFails_isBroken(String source, String kind) {
    assertThat(run(source.replace("\\n", "\n"))).isEqualTo(new Outcome.Broken(kind));
  }

  @Test
  void run_aScriptThatDoesNotEnd_isEndedInTime() {
    GraderSandbox sandbox =
        new GraderSandbox(PYTHON, new GraderSandbox.Limits(Duration.ofSeconds(2), 2L << 30));

    assertThat(sandbox.run("while True: pass", SAMPLE, ITEM)).isInstanceOf(Outcome.Broken.class);
  }

  @Test
  void run_aScriptThatMultiplies_hasFewProcesses() {
    assertThat(
            run(
                """
                import os, time
                def grade(sample, item):
                    children = 0
                    try:
                        while True:
                            if os.fork() == 0:
                                time.sleep(1)
                                os._exit(0)
                            children += 1
                    except OSError:
                        return children
                """))
        .isIn(children());
  }

  /** Few enough; or it was ended before it could say how many. */
  private static List<Outcome> children() {
    return Stream.concat(
            IntStream.rangeClosed(1, 16).<Outcome>mapToObj(Outcome.Reward::new),
            Stream.of(new Outcome.Broken("ended with code 137")))
        .toList();
  }

  @Test
  void run_aScriptThatConnects_reachesNobody() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(
              run(
                  """
                  import socket
                  def grade(sample, item):
                      socket.create_connection(("127.0.0.1", %d), 5)
                      return 1
                  """
                      .formatted(server.getLocalPort())))
          .isEqualTo(new Outcome.Broken("ConnectionRefusedError"));
    }
  }

  @Test
  void run_aScriptThatReadsAFile_seesNone(@TempDir Path folder) throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "secret");

    assertThat(run("def grade(sample, item): return len(open('%s').read())".formatted(secret)))
        .isEqualTo(new Outcome.Broken("FileNotFoundError"));
    assertThat(run("import os\ndef grade(sample, item): return len(os.environ)"))
        .isEqualTo(new Outcome.Reward(3));
  }

  @ParameterizedTest
  @CsvSource({"/x, OSError", "/dev/shm/x, OSError", "/usr/x, OSError"})
  void run_aScriptThatWrites_cannot(String path, String kind) {
    assertThat(run("def grade(sample, item): return open('%s', 'w').write('x')".formatted(path)))
        .isEqualTo(new Outcome.Broken(kind));
  }

  @Test
  void run_aScriptThatFillsItsMemory_isStopped() {
    assertThat(
            run(
                """
                def grade(sample, item):
                    for i in range(10):
                        with open("/tmp/%d" % i, "wb") as file:
                            file.write(bytes(32 << 20))
                    return 1
                """))
        .isEqualTo(new Outcome.Broken("OSError"));
  }

  private static Outcome run(String source) {
    return new GraderSandbox(PYTHON, GraderSandbox.LIMITS).run(source, SAMPLE, ITEM);
  }
}
