package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.cli.ReplayView.ChangedView;
import io.tiltmeter.gateway.cli.ReplayView.GivenView;
import io.tiltmeter.gateway.cli.ReplayView.UndecidableView;
import io.tiltmeter.gateway.cli.ReplayView.WouldBeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What {@code policy replay} found, for people. */
final class ReplayText {
  private final ReplayView view;
  private final List<String> lines = new ArrayList<>();

  private ReplayText(ReplayView view) {
    this.view = view;
  }

  static List<String> lines(ReplayView view) {
    ReplayText text = new ReplayText(view);
    text.add();
    return text.lines;
  }

  private void add() {
    lines.add("draft %s".formatted(view.policyDigest()));
    lines.add(
        "%,d evaluations ended from %s to %s: %,d would stay, %,d would change, %,d cannot be told"
            .formatted(
                view.evaluations(),
                Instant.ofEpochSecond(view.since()),
                Instant.ofEpochSecond(view.until()),
                view.unchanged(),
                view.changed().size(),
                view.undecidable().size()));
    view.changed().forEach(this::add);
    view.undecidable().forEach(this::add);
  }

  private void add(ChangedView changed) {
    head(changed.job(), changed.tenant(), changed.baseModel(), changed.finishedAt());
    lines.add("  %s -> %s".formatted(words(changed.from()), words(changed.to())));
    lines.add("  " + changed.why());
    ReplayView.FigureView figure = changed.figure();
    if (figure != null && figure.name().equals("behaviours")) {
      lines.add(
          "  It had %.0f behaviours; this policy needs %.0f for a pass."
              .formatted(figure.value(), figure.limit()));
    }
    judged(changed.from());
    WouldBeView again = changed.again();
    if (again != null) {
      lines.add(
          "  Its own policy would give %s today: judge or gate have changed since."
              .formatted(words(again)));
    }
  }

  private void add(UndecidableView open) {
    head(open.job(), open.tenant(), open.baseModel(), open.finishedAt());
    lines.add("  %s -> undecidable: %s".formatted(words(open.from()), open.reason()));
    judged(open.from());
  }

  private void head(String job, String tenant, String base, long finishedAt) {
    lines.add("");
    lines.add("%s of %s on %s, %s".formatted(job, tenant, base, Instant.ofEpochSecond(finishedAt)));
  }

  private void judged(GivenView from) {
    if (!from.judge().equals(view.judge())) {
      lines.add("  Judged anew by %s; then it was %s.".formatted(view.judge(), from.judge()));
    }
  }

  private static String words(GivenView given) {
    return "%s (%s)".formatted(given.verdict(), given.rule());
  }

  private static String words(WouldBeView given) {
    return "%s (%s)".formatted(given.verdict(), given.rule());
  }
}
