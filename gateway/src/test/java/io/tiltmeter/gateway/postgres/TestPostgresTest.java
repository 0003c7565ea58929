package io.tiltmeter.gateway.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TestPostgresTest {

  @Test
  void freshDatabase_twice_givesTwo() {
    assertThat(TestPostgres.freshDatabase()).isNotEqualTo(TestPostgres.freshDatabase());
  }

  @Test
  void freshDatabase_seenByClientWithoutTimeZone_isEmptyAndFarFromUtc() throws Exception {
    Row row =
        row(
            "SELECT current_setting('TimeZone') AS zone, count(*) AS tables FROM pg_tables"
                + " WHERE schemaname = 'public'");

    assertThat(row.getString("zone")).isEqualTo("Asia/Kolkata");
    assertThat(row.getLong("tables")).isZero();
  }

  /** The JDBC driver would set the time zone of this process. */
  private static Row row(String sql) throws Exception {
    PostgresAddress address = TestPostgres.freshDatabase();
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost(address.host())
            .setPort(address.port())
            .setDatabase(address.database())
            .setUser(address.user())
            .setPassword(address.password());
    Vertx vertx = Vertx.vertx();
    try {
      return PgConnection.connect(vertx, options)
          .compose(it -> it.query(sql).execute())
          .await(30, TimeUnit.SECONDS)
          .iterator()
          .next();
    } finally {
      vertx.close().await(30, TimeUnit.SECONDS);
    }
  }
}
