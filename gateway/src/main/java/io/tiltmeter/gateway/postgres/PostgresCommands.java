package io.tiltmeter.gateway.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs PostgreSQL's own programs; the one place here that starts processes. */
record PostgresCommands(Path binaries, ProcessPrefix prefix, ServerLog log) {
  static final String USER = "tiltmeter";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Makes a new, empty cluster in an empty folder, with the user and the database in it. */
  void initialise(Path data, Path password, boolean durable) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--pgdata=" + data,
                "--username=" + USER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-instructions"));
    if (!durable) {
      words.add("--no-sync");
    }
    run("initdb", words, "");
    run(
        "postgres",
        List.of("--single", "-D", data.toString(), "-c", "exit_on_error=on", "postgres"),
        "CREATE DATABASE " + EmbeddedPostgres.DATABASE + "\n");
  }

  /** Sends a signal, named as {@code pg_ctl kill} names it. */
  void signal(String name, ProcessHandle process) {
    run("pg_ctl", List.of("kill", name, Long.toString(process.pid())), "");
  }

  /** Starts a server in the foreground; it ends with the calling thread where that can be had. */
  Process server(Path data, List<String> words) throws IOException {
    return builder(
            prefix.server(), "postgres", ProcessPrefix.join(List.of("-D", data.toString()), words))
        .start();
  }

  private void run(String program, List<String> words, String input) {
    try {
      Process process = builder(prefix.identity(), program, words).start();
      try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
        stdin.write(input);
      }
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw failure(program, "it was still running after " + LIMIT.toSeconds() + " s");
      }
      if (process.exitValue() != 0) {
        throw failure(program, "it ended with code " + process.exitValue());
      }
    } catch (IOException e) {
      throw failure(program, e.toString());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw failure(program, "the wait for it was interrupted");
    }
  }

  private PostgresException failure(String program, String found) {
    return new PostgresException(
        "%s was expected to succeed, but %s; its log %s ends: %s"
            .formatted(program, found, log.path(), log.tail()));
  }

  private ProcessBuilder builder(List<String> before, String program, List<String> words) {
    List<String> command = new ArrayList<>(before);
    command.add(binaries.resolve("bin").resolve(program).toString());
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command);
    // This process's environment may hold secrets, and variables that PostgreSQL would obey.
    Map<String, String> environment = builder.environment();
    String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
    environment.clear();
    environment.putAll(Map.of("PATH", path, "LC_ALL", "C"));
    return builder.redirectErrorStream(true).redirectOutput(log.append());
  }
}
