package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.judge.StrongJudge;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import io.vertx.sqlclient.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a stronger judge said of the answers of evaluations. */
final class StrongJudgementStore {

  private record Kept(String exchange, Judgement judgement) {}

  /** Notes who is asked, unless somebody already is or the verdict is another evaluation's. */
  void appoint(Sql sql, StoredEvaluation evaluation, String judge) {
    sql.run(
        """
        update evaluation set strong_judge = $3
        where id = $1 and tenant_id = $2 and strong_judge is null and verdict is null
          and same_as is null
        """,
        evaluation.id(),
        evaluation.tenantId(),
        judge);
  }

  /** What was said, by the digest of what was shown. */
  Map<String, Judgement> all(Sql sql, StoredEvaluation evaluation) {
    Map<String, Judgement> all = new HashMap<>();
    sql.list(
            StrongJudgementStore::kept,
            """
            select exchange, label, confidence from strong_judgement
            where evaluation_id = $1 and tenant_id = $2
            """,
            evaluation.id(),
            evaluation.tenantId())
        .forEach(kept -> all.put(kept.exchange(), kept.judgement()));
    return all;
  }

  /** Keeps what was said; what is there already stays. */
  void keep(Sql sql, StoredEvaluation evaluation, Map<String, Judgement> said) {
    List<Map.Entry<String, Judgement>> entries = List.copyOf(said.entrySet());
    sql.run(
        """
        insert into strong_judgement (evaluation_id, tenant_id, exchange, label, confidence)
        select $1, $2, * from unnest($3::text[], $4::text[], $5::float8[])
        on conflict do nothing
        """,
        evaluation.id(),
        evaluation.tenantId(),
        entries.stream().map(Map.Entry::getKey).toArray(String[]::new),
        entries.stream().map(entry -> entry.getValue().label().wireName()).toArray(String[]::new),
        entries.stream().map(entry -> entry.getValue().confidence()).toArray(Double[]::new));
  }

  private static Kept kept(Row row) {
    Label label = Label.valueOf(row.getString("label").toUpperCase(Locale.ROOT));
    return new Kept(
        row.getString("exchange"), StrongJudge.judgement(label, row.getDouble("confidence")));
  }
}
