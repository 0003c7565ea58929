package io.tiltmeter.dashboards.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.dashboards.asset.Assets;
import io.tiltmeter.dashboards.cases.DatasetCasePage;
import io.tiltmeter.dashboards.cases.FlipsPage;
import io.tiltmeter.dashboards.cases.OpenCase;
import io.tiltmeter.dashboards.cases.OpenCases;
import io.tiltmeter.dashboards.job.CaseKind;
import io.tiltmeter.dashboards.job.CheckpointOffer;
import io.tiltmeter.dashboards.job.DatasetDesk;
import io.tiltmeter.dashboards.job.JobEvent;
import io.tiltmeter.dashboards.job.JobList;
import io.tiltmeter.dashboards.job.JobPage;
import io.tiltmeter.dashboards.job.JobSummary;
import io.tiltmeter.dashboards.job.Outcome;
import io.tiltmeter.dashboards.job.ReleasedModel;
import io.tiltmeter.dashboards.job.Review;
import io.tiltmeter.dashboards.job.Review.Draft;
import io.tiltmeter.dashboards.job.ScanReport;
import io.tiltmeter.dashboards.job.ScanReport.Severity;
import io.tiltmeter.dashboards.job.Stage;
import io.tiltmeter.dashboards.job.StageStep;
import io.tiltmeter.dashboards.job.StatementOfReasons;
import io.tiltmeter.dashboards.policy.Proposal;
import io.tiltmeter.dashboards.verdict.SampleVerdicts;
import io.tiltmeter.policy.gate.Verdict.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whatever people or models wrote is shown as text, wherever it may turn up. */
class HostileTextTest {
  private static final String HOSTILE =
      "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&amp;javascript:alert(3)"
          + "\u202Egnp.exe\u2066\u200B\u0007";
  private static final Pattern FOREIGN = Pattern.compile("<bdi>(.*?)</bdi>", Pattern.DOTALL);
  private static final Pattern HIDDEN = Pattern.compile("[\u202E\u2066\u200B\u0007]");
  private static final Pages PAGES = new Pages(Assets.load());
  private static final Viewer VIEWER = new Viewer(HOSTILE, true, HOSTILE);
  private static final Frame FRAME =
      Frame.of("/jobs?" + HOSTILE, Theme.DARK, VIEWER).withNotice(HOSTILE);

  @Test
  void job_hostileEverywhere_isTextOnly() {
    assertHarmless(PAGES.job(FRAME, hostilePage()), 15);
  }

  @Test
  void jobs_hostileEverywhere_isTextOnly() {
    JobList.Example example = new JobList.Example(HOSTILE, HOSTILE);
    assertHarmless(
        PAGES.jobs(FRAME, new JobList(List.of(summary()), null, false, HOSTILE, example)), 4);
    assertHarmless(PAGES.jobs(FRAME, new JobList(List.of(), null, true, null, example)), 2);
  }

  @Test
  void otherPages_hostileEverywhere_areTextOnly() {
    assertHarmless(PAGES.signIn(Frame.signedOut(HOSTILE, Theme.DARK), HOSTILE), 1);
    assertHarmless(PAGES.failure(FRAME, new Failure(404, HOSTILE, HOSTILE, HOSTILE)), 2);
  }

  @Test
  void policies_hostileEverywhere_areTextOnly() {
    Proposal.Change change = new Proposal.Change(HOSTILE, HOSTILE, HOSTILE, Proposal.Effect.LAXER);
    Proposal proposal =
        new Proposal(
            HOSTILE,
            HOSTILE,
            HOSTILE,
            HOSTILE,
            HOSTILE,
            HOSTILE,
            Samples.START,
            Proposal.Form.ACTIVATE,
            List.of(change));
    assertHarmless(PAGES.policies(FRAME, List.of(proposal)), 7);
  }

  @Test
  void cases_hostileEverywhere_areTextOnly() {
    OpenCase one =
        new OpenCase(
            HOSTILE,
            OpenCase.About.BLOCK,
            HOSTILE,
            HOSTILE,
            HOSTILE,
            Samples.START,
            Duration.ZERO,
            null,
            OpenCase.Step.DECIDE,
            Samples.START);
    OpenCases.Counts counts = new OpenCases.Counts(1, 1, 0, Samples.START);
    assertHarmless(
        PAGES.cases(FRAME, new OpenCases(null, List.of(one), counts, false, HOSTILE)), 3);
    ScanReport scan = hostileScan();
    assertHarmless(
        PAGES.datasetCase(
            FRAME,
            new DatasetCasePage(
                HOSTILE,
                HOSTILE,
                HOSTILE,
                Samples.START,
                new DatasetCasePage.Scans(1, 2),
                List.of(
                    new DatasetCasePage.Change(
                        HOSTILE, null, new DatasetCasePage.Side(HOSTILE, Severity.BLOCK, 1))),
                scan.findings(),
                List.of(new DatasetCasePage.Affected(HOSTILE, HOSTILE, HOSTILE)),
                HOSTILE,
                Objects.requireNonNull(scan.staff()),
                new DatasetCasePage.Closing.Closed(HOSTILE, HOSTILE, Samples.START))),
        12);
  }

  @Test
  void flips_hostileEverywhere_areTextOnly() {
    FlipsPage.Judged judged = new FlipsPage.Judged("refused", "L1");
    FlipsPage.Flip flip = new FlipsPage.Flip(HOSTILE, HOSTILE, judged, judged);
    FlipsPage.Revealed revealed =
        new FlipsPage.Revealed(
            flip, List.of(new FlipsPage.Turn(HOSTILE, HOSTILE)), HOSTILE, HOSTILE);
    FlipsPage.Counts counts = new FlipsPage.Counts(1, 0, 0);
    assertHarmless(
        PAGES.flips(
            FRAME,
            new FlipsPage(
                HOSTILE, FlipsPage.Kind.LOST, HOSTILE, List.of(flip), counts, HOSTILE, revealed)),
        7);
  }

  private static void assertHarmless(String html, int shown) {
    assertThat(html.replaceAll("=\"[^\"]*\"", "")).doesNotContain("<script>", "<img");
    assertThat(Html.of(html).tags())
        .noneMatch(tag -> tag.has("onerror") || tag.attribute("href").startsWith("javascript"));
    String text = Html.of(html).text();
    assertThat(text.split("&lt;script&gt;alert\\(1\\)", -1))
        .as("times shown")
        .hasSizeGreaterThan(shown);
    assertThat(FOREIGN.matcher(html).results().map(match -> match.group(1)))
        .hasSizeGreaterThanOrEqualTo(shown)
        .noneMatch(foreign -> HIDDEN.matcher(foreign).find());
  }

  private static JobPage hostilePage() {
    return new JobPage(
        summary(),
        List.of(StageStep.waiting(Stage.UPLOAD)),
        List.of(new JobEvent(1, Samples.START, JobEvent.Level.WARN, HOSTILE)),
        true,
        HOSTILE,
        SampleVerdicts.view(Decision.INCONCLUSIVE, "rule:" + HOSTILE),
        new StatementOfReasons(
            HOSTILE,
            CaseKind.BLOCK,
            Samples.START,
            HOSTILE,
            false,
            new StatementOfReasons.Appeal(
                true,
                Samples.START,
                HOSTILE,
                Samples.START,
                new StatementOfReasons.AppealForm(HOSTILE, HOSTILE))),
        new CheckpointOffer(HOSTILE, 1, true),
        hostileScan(),
        new ReleasedModel(HOSTILE, Samples.START, "javascript:alert(4)", HOSTILE, HOSTILE, 1),
        new Review(
            HOSTILE,
            CaseKind.BLOCK,
            Review.State.PROPOSED,
            new Review.Desk(
                HOSTILE,
                Review.Form.SECOND,
                new Draft(Review.Action.KEEP, HOSTILE, HOSTILE),
                List.of(
                    new Review.Decision(
                        HOSTILE, Review.Action.RELEASE, HOSTILE, Samples.START, true)),
                new Review.Appeal(HOSTILE, HOSTILE, Samples.START))));
  }

  private static ScanReport hostileScan() {
    return new ScanReport(
        HOSTILE,
        1,
        Severity.BLOCK,
        List.of(new ScanReport.Finding(HOSTILE, Severity.BLOCK, 1, List.of(1), List.of(), HOSTILE)),
        new DatasetDesk(
            new DatasetDesk.Origin(
                HOSTILE,
                HOSTILE,
                Samples.START,
                HOSTILE,
                HOSTILE,
                HOSTILE,
                new DatasetDesk.Metadata(HOSTILE, HOSTILE, HOSTILE, HOSTILE)),
            List.of(new DatasetDesk.Scan(1, Samples.START, HOSTILE, HOSTILE, true)),
            new DatasetDesk.Excerpt(1, List.of(new DatasetDesk.Said(HOSTILE, HOSTILE)), HOSTILE)));
  }

  private static JobSummary summary() {
    return new JobSummary(
        HOSTILE, HOSTILE, HOSTILE, HOSTILE, Stage.GATE, HOSTILE, Outcome.HELD, Samples.START, null);
  }
}
