package io.tiltmeter.gateway.key;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
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
  /** How exactly it is known when a key was used. */
  private static final Duration USE_INTERVAL = Duration.ofMinutes(10);

  private final Clock clock;

  public KeyStore(Clock clock) {
    this.clock = clock;
  }

  /** Makes a customer's key that stays; with {@code admin} it may manage its tenant, too. */
  public ApiKey.Issued createForTenant(Sql sql, String tenant, boolean admin) {
    Set<Scope> scopes = admin ? Set.of(Scope.FINE_TUNE, Scope.ADMIN) : Set.of(Scope.FINE_TUNE);
    return createForTenant(sql, tenant, scopes, null);
  }

  /**
   * Makes a customer's key; the tenant is made with its first key.
   *
   * @param tenant lower-case letters, digits and hyphens, at most 40
   * @param life how long it has its rights; null if it keeps them
   */
  public ApiKey.Issued createForTenant(
      Sql sql, String tenant, Set<Scope> scopes, @Nullable Duration life) {
    Instant now = clock.instant();
    sql.run(
        "insert into tenant (id, name, created_at) values ($1, $2, $3) on conflict do nothing",
        UUID.randomUUID(),
        tenant,
        now);
    return insert(sql, ApiKey.Issued.create(ApiKey.Kind.TENANT, tenant, scopes, now, life));
  }

  /** Makes a key that stays for a person who reviews, leads or operates. */
  public ApiKey.Issued createForStaff(Sql sql, String person, Set<Scope> scopes) {
    return createForStaff(sql, person, scopes, null);
  }

  /** The same with rights for so long. */
  public ApiKey.Issued createForStaff(
      Sql sql, String person, Set<Scope> scopes, @Nullable Duration life) {
    return insert(
        sql, ApiKey.Issued.create(ApiKey.Kind.STAFF, person, scopes, clock.instant(), life));
  }

  /** Makes a key that stays for a trainer. */
  public ApiKey.Issued createForTrainer(Sql sql, String trainer) {
    return createForTrainer(sql, trainer, null);
  }

  /** The same with rights for so long. */
  public ApiKey.Issued createForTrainer(Sql sql, String trainer, @Nullable Duration life) {
    return insert(
        sql,
        ApiKey.Issued.create(
            ApiKey.Kind.TRAINER, trainer, Set.of(Scope.TRAIN), clock.instant(), life));
  }

  private static ApiKey.Issued insert(Sql sql, ApiKey.Issued issued) {
    ApiKey key = issued.key();
    sql.run(
        """
        insert into api_key (id, hash, prefix, hint, kind, tenant_id, holder, scopes, created_at,
          expires_at)
        values ($1, $2, $3, $4, $5,
          case when $5 = 'tenant' then (select id from tenant where name = $6) end, $6, $7, $8, $9)
        """,
        key.id(),
        key.hash().toString(),
        key.prefix(),
        key.hint(),
        key.kind().wireName(),
        key.holder(),
        key.scopes().stream().map(Scope::wireName).sorted().toArray(String[]::new),
        key.createdAt(),
        key.expiresAt());
    return issued;
  }

  /**
   * Makes a key in the place of another, with the same holder and scopes; it lives as long as the
   * other was to live, from now on.
   *
   * @param overlap how long the other keeps its rights, unless they end before
   * @return nothing if there is no such key that has its rights
   */
  public Optional<ApiKey.Issued> rotate(Sql transaction, String id, Duration overlap) {
    Instant now = clock.instant();
    Optional<ApiKey> old =
        transaction.find(
            KeyStore::key,
            """
            select * from api_key where id = $1 and revoked_at is null
              and (expires_at is null or expires_at > $2) for update
            """,
            id,
            now);
    old.ifPresent(
        _ ->
            transaction.run(
                "update api_key set expires_at = least(expires_at, $2) where id = $1",
                id,
                now.plus(overlap)));
    return old.map(
        key ->
            insert(
                transaction,
                ApiKey.Issued.create(key.kind(), key.holder(), key.scopes(), now, life(key))));
  }

  private static @Nullable Duration life(ApiKey key) {
    Instant end = key.expiresAt();
    return end == null ? null : Duration.between(key.createdAt(), end);
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
    Instant now = clock.instant();
    Optional<Used> found =
        sql.find(
            row -> new Used(caller(row), instant(row.getOffsetDateTime("last_used_at"))),
            "select id, kind, holder, tenant_id, scopes, last_used_at from api_key where "
                + condition
                + " and revoked_at is null and (expires_at is null or expires_at > $2)",
            value,
            now);
    found.filter(used -> used.isLongAgo(now)).ifPresent(used -> use(sql, used.caller(), now));
    return found.map(Used::caller);
  }

  private record Used(Caller caller, @Nullable Instant lastUsedAt) {
    boolean isLongAgo(Instant now) {
      return lastUsedAt == null || !lastUsedAt.plus(USE_INTERVAL).isAfter(now);
    }
  }

  /** Of many requests that come together, one writes. */
  private static void use(Sql sql, Caller caller, Instant now) {
    sql.run(
        """
        update api_key set last_used_at = $2
        where id = $1 and (last_used_at is null or last_used_at <= $3)
        """,
        caller.keyId(),
        now,
        now.minus(USE_INTERVAL));
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
        row.getString("prefix"),
        row.getString("hint"),
        ApiKey.Kind.of(row.getString("kind")),
        row.getString("holder"),
        scopes(row),
        row.getOffsetDateTime("created_at").toInstant(),
        instant(row.getOffsetDateTime("expires_at")),
        instant(row.getOffsetDateTime("revoked_at")),
        instant(row.getOffsetDateTime("last_used_at")));
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
