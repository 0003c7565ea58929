package io.tiltmeter.gateway.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The processes of the embedded PostgreSQL of a home. */
final class HomeServers {
  private HomeServers() {}

  private static Path data(Path home) {
    return home.resolve("postgres/data");
  }

  /** The postmaster, as its own note in the home says. */
  static ProcessHandle postmaster(Path home) throws IOException {
    String pid = Files.readAllLines(data(home).resolve("postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /** Every process that works in the home's data. */
  static List<ProcessHandle> of(Path home) {
    return ProcessHandle.allProcesses().filter(process -> worksIn(process, data(home))).toList();
  }

  private static boolean worksIn(ProcessHandle process, Path data) {
    try {
      return Files.isSameFile(Path.of("/proc", Long.toString(process.pid()), "cwd"), data);
    } catch (IOException e) {
      // It has ended, or belongs to somebody else.
      return false;
    }
  }
}
