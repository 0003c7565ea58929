package io.tiltmeter.gateway.db;

import io.tiltmeter.gateway.patience.Patience;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A pool of connections to PostgreSQL; every call blocks and is bounded in time. */
public final class Database implements Sql, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * Characters; the driver's 2,048 would have the longest statements planned anew each time, which
   * costs ten times what they do.
   */
  private static final int LONGEST_STATEMENT = 16_384;

  private final Pool pool;
  private @Nullable Future<RowSet<Row>> asked;

  private Database(Pool pool) {
    this.pool = pool;
  }

  /** Opens a pool; connections are made when they are first needed. */
  public static Database open(Vertx vertx, PostgresAddress address, int connections) {
    PgConnectOptions options =
        options(address)
            .setCachePreparedStatements(true)
            .setPreparedStatementCacheSqlLimit(LONGEST_STATEMENT);
    // No timer of the pool's for each statement: whoever waits has one, and the pool's would not
    // keep the statement from being run either.
    PoolOptions sizes = new PoolOptions().setMaxSize(connections).setConnectionTimeout(0);
    return new Database(PgBuilder.pool().with(sizes).connectingTo(options).using(vertx).build());
  }

  static PgConnectOptions options(PostgresAddress address) {
    return new PgConnectOptions()
        .setHost(address.host())
        .setPort(address.port())
        .setDatabase(address.database())
        .setUser(address.user())
        .setPassword(address.password());
  }

  @Override
  public RowSet<Row> run(String statement, @Nullable Object... values) {
    return execute(pool, statement, values);
  }

  /** Whether the database answers within this time. */
  public boolean answersWithin(Duration patience) {
    try {
      return Patience.await(question(), patience).size() == 1;
    } catch (Exception e) {
      // Whatever a driver or a network can say, it means that there is no answer.
      return false;
    }
  }

  /** One question for all who ask, or each of them would take a connection from a silent server. */
  private synchronized Future<RowSet<Row>> question() {
    if (asked == null || asked.isComplete()) {
      asked = pool.query("select 1").execute();
    }
    return asked;
  }

  /**
   * Runs the body in one transaction: all of it is committed, or, when the body throws, none.
   *
   * @throws DatabaseException if the database could not be reached or could not commit
   */
  public <T extends @Nullable Object> T inTransaction(Function<Sql, T> body) {
    SqlConnection connection = connection();
    try {
      Transaction transaction = await(connection.begin());
      Open open = new Open(connection, new ArrayList<>());
      T result;
      try {
        result = body.apply(open);
        await(transaction.commit());
      } catch (RuntimeException | Error e) {
        rollBack(transaction, e);
        throw e;
      }
      open.actions().forEach(Runnable::run);
      return result;
    } finally {
      connection.close();
    }
  }

  private SqlConnection connection() {
    Future<SqlConnection> connection = pool.getConnection();
    try {
      return await(connection);
    } catch (DatabaseException e) {
      // It can still come when nobody waits for it any more, and would be lost to the pool.
      connection.onSuccess(SqlConnection::close);
      throw e;
    }
  }

  /** An open transaction, and what is to be done after its commit. */
  private record Open(SqlConnection connection, List<Runnable> actions) implements Sql {
    @Override
    public RowSet<Row> run(String statement, @Nullable Object... values) {
      return execute(connection, statement, values);
    }

    @Override
    public void afterCommit(Runnable action) {
      actions.add(action);
    }
  }

  /** As {@link #inTransaction(Function)}, for a body that gives nothing. */
  public void transact(Consumer<Sql> body) {
    inTransaction(
        sql -> {
          body.accept(sql);
          return true;
        });
  }

  private static void rollBack(Transaction transaction, Throwable reason) {
    // An interrupt ends the body, and not the wait for what undoes it.
    boolean interrupted = Thread.interrupted();
    try {
      await(transaction.rollback());
    } catch (RuntimeException e) {
      // A transaction that the server ended by itself cannot be rolled back again.
      reason.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RowSet<Row> execute(
      SqlClient client, String statement, @Nullable Object... values) {
    return await(client.preparedQuery(statement).execute(tuple(values)));
  }

  private static Tuple tuple(@Nullable Object... values) {
    List<@Nullable Object> converted = new ArrayList<>(values.length);
    for (Object value : values) {
      converted.add(value instanceof Instant at ? at.atOffset(ZoneOffset.UTC) : value);
    }
    return Tuple.wrap(converted);
  }

  private static <T> T await(Future<T> future) {
    try {
      return Patience.await(future, PATIENCE);
    } catch (TimeoutException e) {
      throw new DatabaseException(
          "the database gave no answer for %d s".formatted(PATIENCE.toSeconds()), null, e);
    } catch (PgException e) {
      // The detail of a constraint quotes the row; the code and the constraint's name do not.
      throw new DatabaseException(
          "the database refused a statement: SQL state %s%s"
              .formatted(
                  e.getSqlState(), e.getConstraint() == null ? "" : ", " + e.getConstraint()),
          e.getSqlState(),
          null);
    } catch (RuntimeException e) {
      throw new DatabaseException("the database cannot be reached", null, e);
    } catch (Exception e) {
      // Vert.x throws it unchecked; whoever was interrupted has to know it after this call, too.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new DatabaseException("the database cannot be reached", null, e);
    }
  }

  /** Closes the pool; running statements fail. */
  @Override
  public void close() {
    await(pool.close());
  }
}
