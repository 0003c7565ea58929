package io.tiltmeter.gateway.postgres;

/**
 * Where a database is and how to sign in to it.
 *
 * @param port TCP port, 1 to 65535
 */
public record PostgresAddress(
    String host, int port, String database, String user, String password) {

  /** The address as the JDBC driver wants it, without user and password. */
  public String jdbcUrl() {
    return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
  }

  /** The same server with another of its databases. */
  public PostgresAddress withDatabase(String other) {
    return new PostgresAddress(host, port, other, user, password);
  }

  /** Text for people and logs; the password is masked. */
  @Override
  public String toString() {
    return "postgresql://%s:****@%s:%d/%s".formatted(user, host, port, database);
  }
}
