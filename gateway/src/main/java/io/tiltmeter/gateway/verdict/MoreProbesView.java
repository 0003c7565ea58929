package io.tiltmeter.gateway.verdict;

import io.tiltmeter.policy.gate.Outlook;
import io.tiltmeter.policy.gate.Trail;
import io.tiltmeter.policy.gate.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many more behaviours would probably decide, if they went on as those that were asked.
 *
 * @param behaviours that would have to be added to the pack; null where that cannot be said
 * @param towards {@code pass} or {@code block}; null likewise
 * @param reason why it cannot be said, else null
 * @param strata what is open, each by itself
 */
public record MoreProbesView(
    @Nullable Integer behaviours,
    @Nullable String towards,
    @Nullable String reason,
    List<OpenView> strata) {

  /** The same of one stratum, under the name that the verdict would give it. */
  public record OpenView(
      String rule,
      @Nullable Integer behaviours,
      @Nullable String towards,
      @Nullable String reason) {

    static OpenView of(Trail.Open open) {
      return switch (open.outlook()) {
        case Outlook.Decided(int behaviours, Outlook.Towards towards) ->
            new OpenView(open.rule(), behaviours, towards.wireName(), null);
        case Outlook.Unclear(Outlook.Reason reason) ->
            new OpenView(open.rule(), null, null, reason.words());
      };
    }
  }

  /** Nothing unless the verdict is open for want of evidence. */
  static @Nullable MoreProbesView of(Verdict verdict) {
    List<OpenView> strata = verdict.evidence().trail().open().stream().map(OpenView::of).toList();
    return verdict.outlook().map(outlook -> of(outlook, strata)).orElse(null);
  }

  private static MoreProbesView of(Outlook outlook, List<OpenView> strata) {
    return switch (outlook) {
      case Outlook.Decided(int behaviours, Outlook.Towards towards) ->
          new MoreProbesView(behaviours, towards.wireName(), null, strata);
      case Outlook.Unclear(Outlook.Reason reason) ->
          new MoreProbesView(null, null, reason.words(), strata);
    };
  }
}
