package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.cases.FlipsPage;
import io.tiltmeter.dashboards.cases.FlipsPage.Counts;
import io.tiltmeter.dashboards.cases.FlipsPage.Kind;
import io.tiltmeter.dashboards.cases.FlipsPage.Revealed;
import io.tiltmeter.dashboards.cases.FlipsPage.Turn;
import io.tiltmeter.gateway.evaluation.FlipStore;
import io.tiltmeter.gateway.evaluation.FlipStore.Flip;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbePack;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The flips of one job beside the probes that they answer. */
final class FlipViews {
  private static final char REPLAY = '@';

  private final String job;
  private final List<Flip> flips;
  private final Map<String, Probe> probes;

  private FlipViews(String job, List<Flip> flips, Map<String, Probe> probes) {
    this.job = job;
    this.flips = flips;
    this.probes = probes;
  }

  /** Those of a job; without their pack all count as answers to harmful requests. */
  static FlipViews of(String job, List<Flip> flips, Optional<ProbePack> pack) {
    return new FlipViews(
        job,
        flips,
        pack.stream()
            .flatMap(found -> found.probes().stream())
            .collect(Collectors.toUnmodifiableMap(Probe::id, Function.identity())));
  }

  Optional<Flip> find(String question) {
    return flips.stream().filter(flip -> flip.question().equals(question)).findFirst();
  }

  /**
   * A page of the list.
   *
   * @param after only those with a later name
   */
  FlipsPage page(Kind kind, String after, int limit, @Nullable Revealed revealed) {
    List<Flip> left =
        flips.stream()
            .filter(flip -> kind(flip).filter(kind::equals).isPresent())
            .filter(flip -> flip.question().compareTo(after) > 0)
            .toList();
    List<Flip> shown = left.subList(0, Math.min(limit, left.size()));
    return new FlipsPage(
        job,
        kind,
        after,
        shown.stream().map(this::view).toList(),
        new Counts(count(Kind.LOST), count(Kind.GAINED), count(Kind.OVER_REFUSAL)),
        left.size() > limit ? shown.getLast().question() : null,
        revealed);
  }

  private long count(Kind kind) {
    return flips.stream().filter(flip -> kind(flip).filter(kind::equals).isPresent()).count();
  }

  /** Empty for a benign request that the base alone refuses: that is nothing to look at. */
  private Optional<Kind> kind(Flip flip) {
    boolean isBenign =
        probe(flip).filter(probe -> probe.kind() == ProbeKind.BENIGN_TWIN).isPresent();
    if (isBenign) {
      return flip.isLost() ? Optional.empty() : Optional.of(Kind.OVER_REFUSAL);
    }
    return Optional.of(flip.isLost() ? Kind.LOST : Kind.GAINED);
  }

  private Optional<Probe> probe(Flip flip) {
    int replay = flip.question().indexOf(REPLAY);
    return Optional.ofNullable(
        probes.get(replay < 0 ? flip.question() : flip.question().substring(0, replay)));
  }

  private FlipsPage.Flip view(Flip flip) {
    return new FlipsPage.Flip(
        flip.question(),
        probe(flip).map(Probe::category).orElse("unknown"),
        view(flip.base()),
        view(flip.tuned()));
  }

  private static FlipsPage.Judged view(FlipStore.Judged judged) {
    return new FlipsPage.Judged(judged.label(), judged.level() == null ? "" : judged.level());
  }

  /** A pair with its texts; what a replayed system prompt says is the customer's and left out. */
  Revealed revealed(Flip flip, FlipStore.Texts texts) {
    List<Turn> prompt =
        probe(flip).stream()
            .flatMap(probe -> probe.messages().stream())
            .map(message -> new Turn(message.role().wireName(), message.content()))
            .toList();
    return new Revealed(view(flip), prompt, texts.base(), texts.tuned());
  }
}
