package io.tiltmeter.gateway.serve;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A base model that jobs can be ordered of, and nothing more. */
final class SampleBase {
  static final String NAME = "tiny";

  private SampleBase() {}

  static void register(PostgresAddress address) throws TimeoutException {
    Manifest manifest = new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}"))));
    Vertx vertx = Vertx.vertx();
    try (Database database = Database.open(vertx, address, 1)) {
      new ArtifactStore(Clock.systemUTC())
          .insert(database, new Artifact(Artifact.Kind.MODEL, manifest));
      new BaseModelStore(Clock.systemUTC())
          .insert(database, NAME, manifest.digest(), "a test", null);
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }
}
