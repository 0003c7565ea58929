package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.gate.Examination.FamilyMember;
import io.tiltmeter.policy.gate.Outlook.Decided;
import io.tiltmeter.policy.gate.Outlook.Reason;
import io.tiltmeter.policy.gate.Outlook.Towards;
import io.tiltmeter.policy.gate.Outlook.Unclear;
import io.tiltmeter.policy.gate.Trail.Open;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** How the open strata of one run would probably end if more behaviours of the same kind came. */
record Prospects(Policy policy, Examination examination) {

  /** Of each of these strata by itself. */
  List<Open> each(List<Examined> unproven) {
    return unproven.stream().map(one -> new Open(one.rule(), of(one))).toList();
  }

  /**
   * Of the verdict: a block as soon as one stratum would block, else a pass once all of these would
   * pass, in behaviours that would have to be added to the pack.
   */
  Outlook overall(List<Examined> unproven) {
    List<Outlook> outlooks = unproven.stream().map(this::of).toList();
    Optional<Decided> block =
        outlooks.stream()
            .filter(Decided.class::isInstance)
            .map(Decided.class::cast)
            .filter(decided -> decided.towards() == Towards.BLOCK)
            .min(Comparator.comparingInt(Decided::behaviours));
    if (block.isPresent()) {
      return block.get();
    }
    return outlooks.stream()
        .filter(Unclear.class::isInstance)
        .findFirst()
        .orElseGet(() -> pass(unproven));
  }

  /** A harmful behaviour counts for its category, for all, and under every replay. */
  private Outlook pass(List<Examined> unproven) {
    int harmful =
        Math.max(
            Math.max(
                most(unproven, one -> one.is(examination.harmful())),
                sum(unproven, one -> isMember(examination.categories(), one))),
            most(unproven, one -> isMember(examination.replays(), one)));
    int others =
        sum(unproven, one -> one.is(examination.overRefusal()) || one.is(examination.capability()));
    return harmful + others == 0
        ? new Unclear(Reason.NOTHING_ASKED)
        : new Decided(harmful + others, Towards.PASS);
  }

  private int most(List<Examined> unproven, Predicate<Examined> which) {
    return unproven.stream().filter(which).mapToInt(this::behaviours).max().orElse(0);
  }

  private int sum(List<Examined> unproven, Predicate<Examined> which) {
    return unproven.stream().filter(which).mapToInt(this::behaviours).sum();
  }

  private int behaviours(Examined one) {
    return of(one) instanceof Decided decided ? decided.behaviours() : 0;
  }

  private Outlook of(Examined one) {
    if (isMember(examination.replays(), one)
        && one.stratum().baseRate() < policy.base().minimumRefusalRate()) {
      return new Unclear(Reason.BASE_TOO_WEAK);
    }
    return one.outlook(one.is(examination.harmful()) ? policy.gate().minimumBehaviours() : 0);
  }

  private static boolean isMember(List<FamilyMember> members, Examined one) {
    return members.stream().anyMatch(member -> one.is(member.examined()));
  }
}
