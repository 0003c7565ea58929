package io.tiltmeter.gateway.serve;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a process does of the gateway's work. */
public enum Role {
  /** Answer requests: the public API, trainers, staff, pages. */
  API,
  /** Scan uploads. */
  SCAN,
  /** Vet, evaluate, release. */
  EVALUATE,
  /** Run the reference trainer as a child process. */
  TRAIN;

  /** All but the trainer, which a provider brings. */
  public static final Set<Role> DEFAULT = EnumSet.of(API, SCAN, EVALUATE);

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
