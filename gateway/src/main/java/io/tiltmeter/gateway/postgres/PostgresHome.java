package io.tiltmeter.gateway.postgres;

import java.nio.file.Path;

/** Where the embedded server keeps its files in a home directory. */
record PostgresHome(Path home) {

  Path folder() {
    return home.resolve("postgres");
  }

  DataDirectory data() {
    return new DataDirectory(folder().resolve("data"));
  }

  ServerLog log() {
    return new ServerLog(folder().resolve("postgres.log"));
  }

  PortFile port() {
    return new PortFile(folder().resolve("port"));
  }

  PasswordFile password() {
    return new PasswordFile(home.resolve("keys").resolve("database.password"));
  }
}
