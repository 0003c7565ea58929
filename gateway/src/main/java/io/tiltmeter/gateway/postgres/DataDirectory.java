package io.tiltmeter.gateway.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The directory that holds the database. */
record DataDirectory(Path path) {

  boolean exists() {
    return Files.isDirectory(path);
  }

  /** What the last server wrote about itself; it may be long dead. */
  Optional<Postmaster> postmaster() {
    try {
      return Postmaster.parse(Files.readAllLines(note(), StandardCharsets.ISO_8859_1));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /** Removes what the last server wrote about itself; none may run. */
  void forgetServer() throws IOException {
    Files.deleteIfExists(note());
  }

  private Path note() {
    return path.resolve("postmaster.pid");
  }

  /** The server that runs here, if one does. */
  Optional<ProcessHandle> server() {
    return postmaster().flatMap(it -> ProcessHandle.of(it.pid())).filter(this::isOurs);
  }

  /** Every process of a server that runs here, also those that outlived it. */
  List<ProcessHandle> processes() {
    return exists() ? ProcessHandle.allProcesses().filter(this::isOurs).toList() : List.of();
  }

  /**
   * Whether a process is provably a PostgreSQL on this directory: the kernel says that it runs a
   * program of that name, and in this directory, where every server process goes and stays.
   */
  private boolean isOurs(ProcessHandle process) {
    Path about = Path.of("/proc", Long.toString(process.pid()));
    try {
      return Files.readString(about.resolve("comm")).strip().equals("postgres")
          && Files.isSameFile(about.resolve("cwd"), path);
    } catch (IOException _) {
      // It has ended, or belongs to somebody else.
      return false;
    }
  }
}
