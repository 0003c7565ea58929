package io.tiltmeter.gateway.lineage;

import io.tiltmeter.gateway.db.Sql;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The budget of each tenant: what its released models may together have lost against their roots.
 * Charges of deleted models stay, and those of models that people let out count like all others.
 */
public final class Ledger {
  private static final double MILLIS_PER_SECOND = 1000;

  private final LedgerStore store = new LedgerStore();
  private final Terms terms;
  private final Clock clock;

  /**
   * How much a tenant may spend.
   *
   * @param budget sum of charges, above 0; a clean model costs about 0.04 with a pack of 93
   *     behaviours
   * @param halfLife after which half of a charge is forgotten
   */
  public record Terms(double budget, Duration halfLife) {
    /** Room for one clean release a day. */
    public static final Terms DEFAULT = new Terms(10, Duration.ofDays(180));
  }

  /** A tenant's account at some moment; both are sums of charges. */
  public record Account(double budget, double spent) {
    /** Whether anything is left. */
    public boolean hasRoom() {
      return spent < budget;
    }

    /** Whether this much is left. */
    public boolean hasRoomFor(double charge) {
      return spent + charge <= budget;
    }
  }

  public Ledger(Terms terms, Clock clock) {
    this.terms = terms;
    this.clock = clock;
  }

  /** The account of a tenant now. */
  public Account account(Sql sql, UUID tenantId) {
    return new Account(
        terms.budget(), store.spent(sql, tenantId, terms.halfLife(), clock.instant()));
  }

  /**
   * Charges the model of a job that is about to be released, if there is room for it; the tenant's
   * other charges wait until the transaction ends.
   *
   * @return the account before it, if there was no room and nothing was charged
   */
  public Optional<Account> chargeWithin(
      Sql transaction, String jobId, UUID tenantId, Charge charge) {
    store.lock(transaction, tenantId);
    Account account = account(transaction, tenantId);
    if (!account.hasRoomFor(charge.overall())) {
      return Optional.of(account);
    }
    charge(transaction, jobId, tenantId, charge);
    return Optional.empty();
  }

  /** Charges the model of a job that is released whatever is left; once. */
  public void charge(Sql transaction, String jobId, UUID tenantId, Charge charge) {
    store.insert(transaction, jobId, tenantId, charge, clock.instant());
  }

  /** The ledger of the tenant of this name, if there is one. */
  public Optional<LedgerView> view(Sql sql, String tenant) {
    return store
        .tenant(sql, tenant)
        .map(
            id ->
                LedgerView.of(
                    tenant, account(sql, id), terms, store.entries(sql, id), this::remains));
  }

  /** What remains of a charge now, as a share. */
  private double remains(Instant chargedAt) {
    double age = Duration.between(chargedAt, clock.instant()).toMillis() / MILLIS_PER_SECOND;
    return Math.pow(0.5, age / terms.halfLife().toSeconds());
  }
}
