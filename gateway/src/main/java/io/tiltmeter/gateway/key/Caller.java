package io.tiltmeter.gateway.key;

import java.util.Set;
import java.util.UUID;

/** Who makes a request, as its API key says. */
public sealed interface Caller {

  /** The key's id; never the key. */
  String keyId();

  /** The name that people know the caller by. */
  String holder();

  Set<Scope> scopes();

  /** A customer; sees the own tenant only. */
  record Tenant(String keyId, String holder, UUID tenantId, Set<Scope> scopes) implements Caller {
    public Tenant {
      scopes = Set.copyOf(scopes);
    }
  }

  /** A person who reviews, leads or operates. */
  record Staff(String keyId, String holder, Set<Scope> scopes) implements Caller {
    public Staff {
      scopes = Set.copyOf(scopes);
    }
  }

  /** A trainer. */
  record Trainer(String keyId, String holder, Set<Scope> scopes) implements Caller {
    public Trainer {
      scopes = Set.copyOf(scopes);
    }
  }
}
