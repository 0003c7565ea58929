package io.tiltmeter.gateway.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.postgres.TestPostgres;
import org.junit.jupiter.api.Test;

class MigrationsTest {
  @Test
  void apply_again_changesNothing() {
    PostgresAddress address = TestPostgres.freshDatabase();
    assertThat(Migrations.apply(address)).isPositive();
    assertThat(Migrations.apply(address)).isZero();
  }
}
