package io.tiltmeter.gateway.model;

import java.time.Instant;

/**
 * A model, as the API writes it.
 *
 * @param created Unix seconds
 */
record ModelView(String id, String object, long created, String ownedBy) {
  /** Bases belong to whoever runs this installation. */
  private static final String PROVIDER = "system";

  static ModelView from(BaseModel base) {
    return of(base.name(), base.createdAt(), PROVIDER);
  }

  static ModelView from(ReleasedModel model) {
    return of(model.name(), model.createdAt(), model.tenant());
  }

  private static ModelView of(String id, Instant created, String owner) {
    return new ModelView(id, "model", created.getEpochSecond(), owner);
  }
}
