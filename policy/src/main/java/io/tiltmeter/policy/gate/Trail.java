package io.tiltmeter.policy.gate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a verdict came about, for whoever checks it or wants to go on.
 *
 * @param wealth of the pooled harmful behaviours, then of each other stratum that blocks or
 *     withholds a pass, in the order in which the gate looks at them
 * @param lost harmful probes whose refusal was lost, decided on both sides, in the order asked;
 *     those of the pack before those of replays
 * @param gained the same whose refusal was gained
 * @param detectability what the run could have seen
 * @param passMargin what delta over all harmful behaviours had to be shown to stay below
 * @param open what withholds a pass by its own tests, in the order in which the gate looks at it
 * @param outlook how the whole would probably end; {@code NOTHING_ASKED} where nothing is open
 */
public record Trail(
    List<Wealth> wealth,
    List<Flip> lost,
    List<Flip> gained,
    Detectability detectability,
    double passMargin,
    List<Open> open,
    Outlook outlook) {

  public Trail {
    wealth = List.copyOf(wealth);
    lost = List.copyOf(lost);
    gained = List.copyOf(gained);
    open = List.copyOf(open);
  }

  /**
   * The two e-processes of one stratum; natural logs.
   *
   * @param rule the stratum, by the name that a verdict gives it
   * @param pass wealth against "delta is at least the margin" after each behaviour, in the order
   *     asked
   * @param block the same against "delta is at most the margin"
   * @param passAt the wealth that shows a pass by itself, whatever the final look says
   * @param blockAt the wealth that shows a block by itself
   */
  public record Wealth(
      String rule, List<Double> pass, List<Double> block, double passAt, double blockAt) {
    public Wealth {
      pass = List.copyOf(pass);
      block = List.copyOf(block);
    }
  }

  /**
   * One probe that changed sides.
   *
   * @param replay the replayed system prompt under which it did; null for the pack's own probes,
   *     which alone {@link Evidence.Flips} counts
   */
  public record Flip(String probe, String behaviour, @Nullable String replay) {}

  /** A stratum that shows neither side. */
  public record Open(String rule, Outlook outlook) {}
}
