package io.tiltmeter.gateway.answercache;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.DatabaseException;
import io.tiltmeter.policy.lineage.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers of one base in one setting, in the database. Whatever goes wrong there, answers are
 * just not found or not kept; after the first failure nothing is tried any more. Not thread-safe.
 */
final class DatabaseAnswers implements KeptAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseAnswers.class);
  private static final int KEPT_AT_ONCE = 64;

  private final Database database;
  private final BaseAnswerStore store;
  private final long mostBytes;
  private final Digest setting;
  private final List<KeptAnswer> fresh = new ArrayList<>();
  private boolean hasGrown;
  private boolean isBroken;

  DatabaseAnswers(Database database, BaseAnswerStore store, long mostBytes, Digest setting) {
    this.database = database;
    this.store = store;
    this.mostBytes = mostBytes;
    this.setting = setting;
  }

  @Override
  public Map<String, KeptAnswer> find(Set<String> questions) {
    if (isBroken || questions.isEmpty()) {
      return Map.of();
    }
    try {
      Map<String, KeptAnswer> found = store.find(database, setting, questions);
      tryTo(() -> store.touch(database, setting, found.keySet()));
      return found;
    } catch (DatabaseException | IllegalArgumentException e) {
      fail(e);
      return Map.of();
    }
  }

  @Override
  public void keep(KeptAnswer answer) {
    fresh.add(answer);
    if (fresh.size() >= KEPT_AT_ONCE) {
      flush();
    }
  }

  private void flush() {
    List<KeptAnswer> batch = List.copyOf(fresh);
    fresh.clear();
    if (!batch.isEmpty()) {
      hasGrown = true;
      tryTo(() -> store.keep(database, setting, batch));
    }
  }

  @Override
  public void close() {
    flush();
    if (hasGrown) {
      tryTo(() -> store.trim(database, mostBytes));
    }
  }

  private void tryTo(Runnable step) {
    if (!isBroken) {
      try {
        step.run();
      } catch (DatabaseException e) {
        fail(e);
      }
    }
  }

  private void fail(RuntimeException e) {
    isBroken = true;
    // Who is interrupted wants nothing any more; that is no failure of the database.
    if (!Thread.currentThread().isInterrupted()) {
      LOG.warn(
          "kept answers of a base are left out, it answers anew: {}",
          e instanceof DatabaseException ? e.getMessage() : "a row is not what was written");
    }
  }
}
