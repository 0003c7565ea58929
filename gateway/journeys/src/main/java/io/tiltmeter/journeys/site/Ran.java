package io.tiltmeter.journeys.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What became of a command. */
public record Ran(int code, String out, String err) {
  private static final long PATIENCE_SECONDS = 120;

  /** Runs a command of the product. */
  public static Ran product(Distribution distribution, String... words) {
    return of(distribution.command(words), new byte[0]);
  }

  /** Runs any command with this input. */
  public static Ran of(List<String> command, byte[] input) {
    try {
      Path in = Files.write(Files.createTempFile("journey", ".in"), input);
      Path out = Files.createTempFile("journey", ".out");
      Path err = Files.createTempFile("journey", ".err");
      Process process =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("expected an end of " + command);
      }
      Ran ran = new Ran(process.exitValue(), read(out), read(err));
      for (Path file : List.of(in, out, err)) {
        Files.delete(file);
      }
      return ran;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
