package io.tiltmeter.gateway.db;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Something that statements can be run on: the pool, each statement by itself, or one transaction.
 *
 * <p>Calls block until the database has answered; they belong on a virtual thread.
 */
public interface Sql {

  /**
   * Runs one statement.
   *
   * @param values for {@code $1}, {@code $2} …; an {@link java.time.Instant} becomes a timestamp
   *     with time zone, an enum is refused
   * @throws DatabaseException if the database refused the statement or did not answer in time
   */
  RowSet<Row> run(String statement, @Nullable Object... values);

  /** Runs one statement and reads every row. */
  default <T> List<T> list(Function<Row, T> mapper, String statement, @Nullable Object... values) {
    return StreamSupport.stream(run(statement, values).spliterator(), false).map(mapper).toList();
  }

  /** Runs one statement that gives at most one row. */
  default <T> Optional<T> find(
      Function<Row, T> mapper, String statement, @Nullable Object... values) {
    Iterator<Row> rows = run(statement, values).iterator();
    return rows.hasNext() ? Optional.of(mapper.apply(rows.next())) : Optional.empty();
  }

  /** Runs one statement that changes rows; whether it changed any. */
  default boolean change(String statement, @Nullable Object... values) {
    return run(statement, values).rowCount() > 0;
  }

  /**
   * Has something done once what was written is committed: for a transaction after its commit and
   * never if it is rolled back, otherwise at once.
   */
  default void afterCommit(Runnable action) {
    action.run();
  }
}
