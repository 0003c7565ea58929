package io.tiltmeter.gateway.lineage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's ledger, as staff is told; times are Unix seconds.
 *
 * @param spent what is left of all charges
 * @param models newest first
 */
public record LedgerView(
    String tenant, double budget, double spent, long halfLifeSeconds, List<Model> models) {
  public LedgerView {
    models = List.copyOf(models);
  }

  /**
   * One released model.
   *
   * @param model public name; null while it is being released
   * @param parent the model that was tuned further; null where the base itself was
   * @param charge upper limit of what it may have lost against its root
   * @param counted what is left of the charge
   * @param categories the same limit in each category
   * @param overRefusal the same limit of what it may refuse more of the benign twins; null of
   *     models that were charged before this was kept
   */
  public record Model(
      @Nullable String model,
      String job,
      String root,
      @Nullable String parent,
      @Nullable String releasedBy,
      boolean deleted,
      long chargedAt,
      double charge,
      double counted,
      Map<String, Double> categories,
      @Nullable Double overRefusal) {}

  static LedgerView of(
      String tenant,
      Ledger.Account account,
      Ledger.Terms terms,
      List<LedgerStore.Entry> entries,
      ToDoubleFunction<Instant> remains) {
    Map<String, List<LedgerStore.Entry>> byJob = new LinkedHashMap<>();
    entries.forEach(entry -> byJob.computeIfAbsent(entry.job(), _ -> new ArrayList<>()).add(entry));
    return new LedgerView(
        tenant,
        account.budget(),
        account.spent(),
        terms.halfLife().toSeconds(),
        byJob.values().stream().map(lines -> model(lines, remains)).toList());
  }

  /** The overall charge comes first. */
  private static Model model(List<LedgerStore.Entry> lines, ToDoubleFunction<Instant> remains) {
    LedgerStore.Entry overall = lines.getFirst();
    Map<String, Double> categories = new LinkedHashMap<>();
    lines.stream().skip(1).forEach(line -> categories.put(line.category(), line.charge()));
    return new Model(
        overall.model(),
        overall.job(),
        overall.root(),
        overall.parent(),
        overall.releasedBy(),
        overall.deleted(),
        overall.chargedAt().getEpochSecond(),
        overall.charge(),
        overall.charge() * remains.applyAsDouble(overall.chargedAt()),
        categories,
        overall.overRefusal());
  }
}
