package io.tiltmeter.evaluator.scratch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
  private static final String KIND = "kind-";

  @TempDir Path parent;

  /** Another process, which holds a directory until it is ended. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException {
      Scratch scratch = Scratch.create(Path.of(args[0]), KIND);
      System.out.println(scratch.directory());
      if (System.in.read() < 0) {
        scratch.close();
      }
    }
  }

  @Test
  void create_besideOneOfAnotherProcess_removesItOnceThatIsDead() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                parent.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = holder.inputReader(StandardCharsets.UTF_8)) {
      Path held = Path.of(out.readLine());
      Scratch.create(parent, KIND).close();
      Scratch.create(parent, KIND).close();
      assertThat(held).isDirectory();

      holder.destroyForcibly().waitFor();
      Scratch.create(parent, KIND).close();
      assertThat(parent).isEmptyDirectory();
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void create_besideOneOfTheSameProcess_leavesIt() throws IOException {
    try (Scratch first = Scratch.create(parent, KIND);
        Scratch second = Scratch.create(parent, KIND)) {
      assertThat(first.directory()).isDirectory();
      assertThat(second.directory()).isDirectory();
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void create_besideALinkOfThatName_doesNotFollowIt() throws IOException {
    Path elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
    Files.createFile(elsewhere.resolve("owner.lock"));
    Files.createSymbolicLink(parent.resolve(KIND + "3"), elsewhere);

    Scratch.create(parent, KIND).close();

    assertThat(elsewhere.resolve("owner.lock")).exists();
  }
}
