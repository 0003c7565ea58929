package io.tiltmeter.gateway.key;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** API keys and the tenants that they belong to. */
public final class KeyStore {
  private final Clock clock;

  public KeyStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * Makes a customer's key; the tenant is made with its first key.
   *
   * @param tenant lower-case letters, digits and hyphens, at most 40
   */
  public ApiKey.Issued createForTenant(Sql sql, String tenant, boolean admin) {
    Instant now = clock.instant();
    sql.run(
        "insert into tenant (id, name, created_at) values ($1, $2, $3) on conflict do nothing",
        UUID.randomUUID(),
        tenant,
        now);
    Set<Scope> scopes = admin ? Set.of(Scope.FINE_TUNE, Scope.ADMIN) : Set.of(Scope.FINE_TUNE);
    return insert(sql, ApiKey.Issued.create(ApiKey.Kind.TENANT, tenant, scopes, now));
  }

  /** Makes a key for a person who reviews, leads or operates. */
  public ApiKey.Issued createForStaff(Sql sql, String person, Set<Scope> scopes) {
    return insert(sql, ApiKey.Issued.create(ApiKey.Kind.STAFF, person, scopes, clock.instant()));
  }

  /** Makes a key for a trainer. */
  public ApiKey.Issued createForTrainer(Sql sql, String trainer) {
    return insert(
        sql,
        ApiKey.Issued.create(ApiKey.Kind.TRAINER, trainer, Set.of(Scope.TRAIN), clock.instant()));
  }

  private static ApiKey.Issued insert(Sql sql, ApiKey.Issued issued) {
    ApiKey key = issued.key();
    sql.run(
        """
        insert into api_key (id, hash, hint, kind, tenant_id, holder, scopes, created_at)
        values ($1, $2, $3, $4,
          case when $4 = 'tenant' then (select id from tenant where name = $5) end, $5, $6, $7)
        """,
        key.id(),
        key.hash().toString(),
        key.hint(),
        key.kind().wireName(),
        key.holder(),
        key.scopes().stream().map(Scope::wireName).sorted().toArray(String[]::new),
        key.createdAt());
    return issued;
  }

  /** Every key, newest first. */
  public List<ApiKey> list(Sql sql) {
    return sql.list(KeyStore::key, "select * from api_key order by created_at desc, id");
  }

  /** Takes a key's rights away, at once; whether there was one that still had them. */
  public boolean revoke(Sql sql, String id) {
    return sql.change(
        "update api_key set revoked_at = $2 where id = $1 and revoked_at is null",
        id,
        clock.instant());
  }

  /** Whom this key belongs to, if it is known, not expired and not revoked. */
  public Optional<Caller> find(Sql sql, String secret) {
    return callerWhere(sql, "hash = $1", ApiKey.hash(secret).toString());
  }

  /** Whom the key of this id belongs to, if it still has its rights. */
  public Optional<Caller> findById(Sql sql, String id) {
    return callerWhere(sql, "id = $1", id);
  }

  private Optional<Caller> callerWhere(Sql sql, String condition, String value) {
    return sql.find(
        KeyStore::caller,
        "select * from api_key where "
            + condition
            + " and revoked_at is null and (expires_at is null or expires_at > $2)",
        value,
        clock.instant());
  }

  private static Caller caller(Row row) {
    String id = row.getString("id");
    String holder = row.getString("holder");
    Set<Scope> scopes = scopes(row);
    return switch (ApiKey.Kind.of(row.getString("kind"))) {
      case TENANT -> new Caller.Tenant(id, holder, row.getUUID("tenant_id"), scopes);
      case STAFF -> new Caller.Staff(id, holder, scopes);
      case TRAINER -> new Caller.Trainer(id, holder, scopes);
    };
  }

  private static ApiKey key(Row row) {
    return new ApiKey(
        row.getString("id"),
        Digest.parse(row.getString("hash")),
        row.getString("hint"),
        ApiKey.Kind.of(row.getString("kind")),
        row.getString("holder"),
        scopes(row),
        row.getOffsetDateTime("created_at").toInstant(),
        instant(row.getOffsetDateTime("expires_at")),
        instant(row.getOffsetDateTime("revoked_at")));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime at) {
    return at == null ? null : at.toInstant();
  }

  private static Set<Scope> scopes(Row row) {
    return Stream.of(row.getArrayOfStrings("scopes"))
        .flatMap(name -> Scope.find(name).stream())
        .collect(Collectors.toUnmodifiableSet());
  }
}
