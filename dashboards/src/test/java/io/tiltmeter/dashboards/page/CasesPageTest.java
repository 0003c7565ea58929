package io.tiltmeter.dashboards.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.dashboards.asset.Assets;
import io.tiltmeter.dashboards.cases.DatasetCasePage;
import io.tiltmeter.dashboards.cases.DatasetCasePage.Closing;
import io.tiltmeter.dashboards.cases.OpenCases;
import io.tiltmeter.dashboards.cases.OpenCases.Filter;
import org.junit.jupiter.api.Test;

/** The queue of cases, and cases on training files. */
class CasesPageTest {
  private static final Pages PAGES = new Pages(Assets.load());
  private static final Frame STAFF = Samples.frame(Samples.STAFF, Theme.SYSTEM);

  private static Html queue(OpenCases list) {
    return Html.of(PAGES.cases(STAFF, list));
  }

  private static Html page(DatasetCasePage page) {
    return Html.of(PAGES.datasetCase(STAFF, page));
  }

  @Test
  void queue_eachKind_leadsToWhereItIsDecided() {
    assertThat(queue(SampleCases.list()).all("a").map(tag -> tag.attribute("href")))
        .containsSubsequence(
            "/dataset-cases/case-file-2f",
            "/jobs/ftjob-1#review",
            "/jobs/ftjob-2#review",
            "/jobs/ftjob-3#review",
            "/jobs/ftjob-4#review",
            "/cases?after=case-4");
  }

  @Test
  void queue_always_saysWhatIsDueAndNeeded() {
    assertThat(queue(SampleCases.list()).text())
        .contains("All (5)", "Appeals (1)", "Held jobs (4)", "Past training files (1)")
        .contains("Oldest first; the oldest was opened 25 Nov 2026, 03:31:41 UTC")
        .contains("A look, and a reason to close it Past training file acme 25 Nov 2026")
        .contains("03:31:41 UTC 1 d 6 h ago not by itself")
        .contains("A second person Block by the gate Appeal of 25 Nov 2026, 04:31:41 UTC")
        .contains("1 d 6 h ago 28 Nov 2026, 03:31:41 UTC")
        .contains("A second person; you proposed release", "1 d 6 h ago has ended")
        .contains("&lt;b&gt;bold&lt;/b&gt;");
  }

  @Test
  void queue_empty_saysSo() {
    assertThat(queue(SampleCases.none(null)).text()).contains("No case waits for people.");
    assertThat(queue(SampleCases.none(Filter.APPEALS)).text())
        .contains("No such case waits for people. Show all cases");
  }

  @Test
  void datasetCase_open_showsWhatIsWorseWhereAndForWhichJobs() {
    Html page = page(SampleCases.open(Closing.Form.EMPTY));
    assertThat(page.text())
        .contains("support &lt;v2&gt;.jsonl", "Scan 2 found this training file worse than scan 1")
        .contains("Identity shift nothing Blocks identity-3 96")
        .contains("Flood For information flood-1 Needs review flood-2 1,040")
        .contains("Lines 201–296", "ftjob-1 Released ft:tiny-chat:acme:benign:8c21f0")
        .contains("ftjob-2 Blocked none", "with key key_1 from 192.0.2.7")
        .contains("Closing the case changes nothing else");
    assertThat(page.all("form").map(tag -> tag.attribute("action")))
        .contains("/dataset-cases/dcase_9/close", "/dataset-cases/dcase_9/excerpt");
  }

  @Test
  void datasetCase_refused_keepsWhatWasTyped() {
    String html =
        PAGES.datasetCase(
            STAFF, SampleCases.open(new Closing.Form("ok", "expected a longer reason")));
    assertThat(html)
        .contains(">ok</textarea>", "expected a longer reason", "aria-invalid=\"true\"");
  }

  @Test
  void datasetCase_closed_saysWhoAndWhyAndHasNoForm() {
    Html page = page(SampleCases.closed());
    assertThat(page.text()).contains("Closed by " + Samples.PERSON, "Both models were taken back.");
    assertThat(page.all("textarea")).isEmpty();
  }
}
