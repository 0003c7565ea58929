package io.tiltmeter.gateway.db;

import io.tiltmeter.gateway.postgres.PostgresAddress;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/** Brings a database to the schema of this build; forward only. */
public final class Migrations {
  private Migrations() {}

  /**
   * Applies what is missing.
   *
   * @return migrations applied by this call
   * @throws org.flywaydb.core.api.FlywayException if one fails, or the database has been changed by
   *     a newer build; migrations before the failing one stay
   */
  public static int apply(PostgresAddress address) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {address.host()});
    source.setPortNumbers(new int[] {address.port()});
    source.setDatabaseName(address.database());
    source.setUser(address.user());
    source.setPassword(address.password());
    return Flyway.configure()
        .dataSource(source)
        .locations("classpath:io/tiltmeter/gateway/db/migration")
        .load()
        .migrate()
        .migrationsExecuted;
  }
}
