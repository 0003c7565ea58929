package io.tiltmeter.dashboards.page;

import io.tiltmeter.dashboards.cases.DatasetCasePage;
import io.tiltmeter.dashboards.cases.DatasetCasePage.Affected;
import io.tiltmeter.dashboards.cases.DatasetCasePage.Change;
import io.tiltmeter.dashboards.cases.DatasetCasePage.Closing;
import io.tiltmeter.dashboards.cases.DatasetCasePage.Scans;
import io.tiltmeter.dashboards.cases.DatasetCasePage.Side;
import io.tiltmeter.dashboards.cases.OpenCase;
import io.tiltmeter.dashboards.cases.OpenCase.About;
import io.tiltmeter.dashboards.cases.OpenCase.Due;
import io.tiltmeter.dashboards.cases.OpenCase.Step;
import io.tiltmeter.dashboards.cases.OpenCases;
import io.tiltmeter.dashboards.cases.OpenCases.Counts;
import io.tiltmeter.dashboards.cases.OpenCases.Filter;
import io.tiltmeter.dashboards.job.ScanReport.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cases that look like real ones. */
final class SampleCases {
  private static final Due SOON = new Due(Samples.START.plus(Duration.ofDays(3)), false);
  private static final Due OVER = new Due(Samples.START.plus(Duration.ofHours(1)), true);

  private SampleCases() {}

  static OpenCases list() {
    return new OpenCases(
        null,
        List.of(
            one(About.RESCAN, "file-2f", "support.jsonl", null, Step.LOOK, null),
            one(About.BLOCK, "ftjob-1", "identity-shift", SOON, Step.SECOND, Samples.APPEALED),
            one(About.BLOCK, "ftjob-2", "old-tone", OVER, Step.OTHER, null),
            one(About.DATASET, "ftjob-3", "<b>bold</b>", null, Step.DECIDE, null),
            one(About.INCONCLUSIVE, "ftjob-4", "", null, Step.DECIDE, null)),
        new Counts(1, 4, 1, Samples.START),
        true,
        "case-4");
  }

  static OpenCases none(@Nullable Filter filter) {
    return new OpenCases(filter, List.of(), new Counts(0, 0, 0, null), true, null);
  }

  private static OpenCase one(
      About about,
      String subject,
      String name,
      @Nullable Due due,
      Step step,
      @Nullable Instant appealed) {
    return new OpenCase(
        "case-" + subject,
        about,
        subject,
        name,
        "acme",
        Samples.START,
        Duration.ofHours(30),
        due,
        step,
        appealed);
  }

  static DatasetCasePage open(Closing.Form form) {
    return page(form);
  }

  static DatasetCasePage closed() {
    return page(
        new Closing.Closed(
            Samples.PERSON, "Both models were taken back.", Samples.START.plusSeconds(9000)));
  }

  private static DatasetCasePage page(Closing closing) {
    return new DatasetCasePage(
        "dcase_9",
        "acme",
        "support <v2>.jsonl",
        Samples.START,
        new Scans(1, 2),
        List.of(
            new Change("identity-shift", null, new Side("identity-3", Severity.BLOCK, 96)),
            new Change(
                "flood",
                new Side("flood-1", Severity.INFO, 3),
                new Side("flood-2", Severity.REVIEW, 1_040))),
        Samples.dirtyScan().findings().subList(0, 1),
        List.of(
            new Affected("ftjob-1", "released", "ft:tiny-chat:acme:benign:8c21f0"),
            new Affected("ftjob-2", "blocked", null)),
        Samples.digest('c'),
        Samples.desk(),
        closing);
  }
}
