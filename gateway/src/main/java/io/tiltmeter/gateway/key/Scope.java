package io.tiltmeter.gateway.key;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a key lets its holder do. */
public enum Scope {
  /** Use the fine-tuning API; of customers. */
  FINE_TUNE,
  /** Manage the tenant's other keys and checkpoints; of customers. */
  ADMIN,
  /** See cases and decide on them; of staff. */
  REVIEW,
  /** Lead reviewers; of staff. */
  LEAD,
  /** Set policies, see the whole installation; of staff. */
  OPERATE,
  /** Lease jobs and upload results; of trainers. */
  TRAIN;

  /** The scopes that a customer's key can have. */
  public static final Set<Scope> OF_TENANTS = Set.of(FINE_TUNE, ADMIN);

  /** The scopes that each kind of key has when none are named. */
  public static final Set<Scope> OF_STAFF = Set.of(REVIEW, LEAD, OPERATE);

  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The scope of this name, if there is one. */
  public static Optional<Scope> find(String wireName) {
    return Stream.of(values()).filter(scope -> scope.wireName().equals(wireName)).findFirst();
  }
}
