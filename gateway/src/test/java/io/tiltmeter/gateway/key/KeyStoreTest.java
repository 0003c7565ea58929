package io.tiltmeter.gateway.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.bench.Bench;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyStoreTest {
  private final Bench bench = Bench.open();
  private final KeyStore keys = bench.keys;

  @AfterEach
  void close() {
    bench.close();
  }

  private ApiKey key(String id) {
    return keys.list(bench.database).stream()
        .filter(key -> key.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private Optional<Caller> find(ApiKey.Issued issued) {
    return keys.find(bench.database, issued.secret());
  }

  private ApiKey.Issued rotate(String id, Duration overlap) {
    return bench.database.inTransaction(sql -> keys.rotate(sql, id, overlap)).orElseThrow();
  }

  @Test
  void rotate_ofAKey_letsBothInUntilTheOverlapIsOver() {
    ApiKey.Issued old = keys.createForTenant(bench.database, "acme", true);

    ApiKey.Issued fresh = rotate(old.key().id(), Duration.ofHours(24));

    assertThat(fresh.secret()).isNotEqualTo(old.secret());
    Caller.Tenant before = (Caller.Tenant) find(old).orElseThrow();
    Caller.Tenant after = (Caller.Tenant) find(fresh).orElseThrow();
    assertThat(after.tenantId()).isEqualTo(before.tenantId()).isEqualTo(bench.tenant.tenantId());
    assertThat(after.scopes()).isEqualTo(Set.of(Scope.FINE_TUNE, Scope.ADMIN));
    bench.clock.advance(Duration.ofHours(24));
    assertThat(find(old)).isEmpty();
    assertThat(find(fresh)).isPresent();
  }

  @Test
  void rotate_withoutAnOverlap_endsTheOldKeyAtOnce() {
    ApiKey.Issued old = keys.createForStaff(bench.database, "ana", Scope.OF_STAFF);

    ApiKey.Issued fresh = rotate(old.key().id(), Duration.ZERO);

    assertThat(find(old)).isEmpty();
    assertThat(find(fresh)).get().extracting(Caller::holder).isEqualTo("ana");
  }

  @Test
  void rotate_ofAKeyThatExpires_givesTheNewOneTheSameLifeAndTheOldOneNoLonger() {
    Duration life = Duration.ofDays(30);
    ApiKey.Issued old = keys.createForTenant(bench.database, "acme", Set.of(Scope.FINE_TUNE), life);
    bench.clock.advance(Duration.ofDays(30).minusHours(1));
    Instant now = bench.clock.instant();

    ApiKey.Issued fresh = rotate(old.key().id(), Duration.ofHours(24));

    assertThat(key(fresh.key().id()).expiresAt()).isEqualTo(now.plus(life));
    assertThat(key(old.key().id()).expiresAt()).isEqualTo(now.plus(Duration.ofHours(1)));
  }

  @Test
  void rotate_ofAKeyWithoutRights_givesNone() {
    ApiKey.Issued revoked = keys.createForTrainer(bench.database, "t");
    keys.revoke(bench.database, revoked.key().id());
    ApiKey.Issued expired = keys.createForTrainer(bench.database, "t", Duration.ofHours(1));
    bench.clock.advance(Duration.ofHours(1));

    for (String id : new String[] {revoked.key().id(), expired.key().id(), "key_none"}) {
      Optional<ApiKey.Issued> rotated =
          bench.database.inTransaction(sql -> keys.rotate(sql, id, Duration.ofHours(1)));
      assertThat(rotated).isEmpty();
    }
  }

  @Test
  void find_ofAKey_writesDownItsUseOnceInTenMinutes() {
    ApiKey.Issued issued = keys.createForTenant(bench.database, "acme", false);
    String id = issued.key().id();
    assertThat(key(id).lastUsedAt()).isNull();

    Instant first = bench.clock.instant();
    find(issued);
    bench.clock.advance(Duration.ofMinutes(9));
    find(issued);
    assertThat(key(id).lastUsedAt()).isEqualTo(first);
    bench.clock.advance(Duration.ofMinutes(1));
    find(issued);
    assertThat(key(id).lastUsedAt()).isEqualTo(bench.clock.instant());
  }

  @Test
  void create_ofAKey_keepsItsBeginningAndItsEndAndNoMore() {
    ApiKey.Issued issued = keys.createForTenant(bench.database, "acme", false);

    ApiKey kept = key(issued.key().id());
    assertThat(kept.prefix()).matches("tm-tenant-\\w{4}");
    assertThat(issued.secret()).startsWith(String.valueOf(kept.prefix())).endsWith(kept.hint());
    assertThat(
            bench.database.list(
                row -> row.toJson().encode(), "select * from api_key where id = $1", kept.id()))
        .singleElement()
        .asString()
        .doesNotContain(issued.secret())
        .doesNotContain(issued.secret().substring("tm-tenant-".length() + 4));
  }
}
