package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.judge.StrongJudge;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.lineage.Digest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A stronger judge whose judgements are kept: what it has said it is not asked again, and whoever
 * decides again asks nobody.
 */
final class KeptOpinions implements StrongJudge {
  private static final StrongJudgementStore STORE = new StrongJudgementStore();

  private final String name;
  private final Map<String, Judgement> kept;
  private final Optional<StrongJudge> judge;
  private final Consumer<Map<String, Judgement>> keeper;

  private KeptOpinions(
      String name,
      Map<String, Judgement> kept,
      Optional<StrongJudge> judge,
      Consumer<Map<String, Judgement>> keeper) {
    this.name = name;
    this.kept = new HashMap<>(kept);
    this.judge = judge;
    this.keeper = keeper;
  }

  /** What was kept, and nobody to ask; nothing where the evaluation has no such judge. */
  static Optional<StrongJudge> alone(Sql sql, StoredEvaluation evaluation) {
    return of(sql, evaluation, Optional.empty(), _ -> {});
  }

  /**
   * What was kept, and for the rest this judge, if it is still there.
   *
   * @param keeper keeps what it says
   */
  static Optional<StrongJudge> of(
      Sql sql,
      StoredEvaluation evaluation,
      Optional<StrongJudge> judge,
      Consumer<Map<String, Judgement>> keeper) {
    return Optional.ofNullable(evaluation.strongJudge())
        .map(
            name ->
                new KeptOpinions(
                    name,
                    STORE.all(sql, evaluation),
                    judge.filter(asked -> asked.name().equals(name)),
                    keeper));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Judgement> judge(List<Exchange> exchanges) {
    Map<String, Exchange> open = new LinkedHashMap<>();
    for (Exchange exchange : exchanges) {
      if (!kept.containsKey(key(exchange))) {
        open.put(key(exchange), exchange);
      }
    }
    judge.filter(_ -> !open.isEmpty()).ifPresent(asked -> ask(asked, open));
    return exchanges.stream()
        .map(exchange -> kept.getOrDefault(key(exchange), StrongJudge.silence()))
        .toList();
  }

  private void ask(StrongJudge asked, Map<String, Exchange> open) {
    List<Judgement> said = asked.judge(List.copyOf(open.values()));
    Map<String, Judgement> fresh = new HashMap<>();
    int next = 0;
    for (String key : open.keySet()) {
      Judgement judgement = said.get(next++);
      if (judgement.label() != Label.UNDECIDED) {
        fresh.put(key, judgement);
      }
    }
    keeper.accept(fresh);
    kept.putAll(fresh);
  }

  private static String key(Exchange exchange) {
    return Digest.of(exchange.request().length() + " " + exchange.request() + exchange.answer())
        .hex();
  }
}
