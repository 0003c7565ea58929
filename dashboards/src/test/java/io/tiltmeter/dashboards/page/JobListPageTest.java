package io.tiltmeter.dashboards.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.dashboards.asset.Assets;
import io.tiltmeter.dashboards.job.JobList;
import io.tiltmeter.dashboards.job.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobListPageTest {
  private static final Pages PAGES = new Pages(Assets.load());

  @Test
  void jobs_customer_showsARowForEachJobWithoutTenant() {
    Html page = page(Samples.CUSTOMER, Samples.jobs());
    assertThat(page.all("tr")).hasSize(1 + Samples.jobs().jobs().size());
    assertThat(page.text())
        .doesNotContain("Tenant")
        .contains(
            "benign ftjob-acfdcaa5 Released tiny-chat Release succeeded 25 Nov 2026, 03:31:41 UTC 2 min 47 s");
  }

  @Test
  void jobs_staff_showsTheTenant() {
    assertThat(page(Samples.STAFF, Samples.jobs()).all("th").map(Html.Tag::text))
        .contains("Tenant");
  }

  @Test
  void jobs_filtered_marksTheFilterAndKeepsItOnTheNextPage() {
    JobList list =
        new JobList(Samples.jobs().jobs(), Outcome.HELD, false, "ftjob-1f", Samples.EXAMPLE);
    Html page = page(Samples.STAFF, list);
    assertThat(page.all("a").filter(tag -> tag.has("aria-current")).map(Html.Tag::text))
        .containsExactly("Jobs", "Held for review");
    assertThat(page.all("a").map(tag -> tag.attribute("href")))
        .contains("/jobs?status=held&amp;after=ftjob-1f", "/jobs?status=in-progress");
    assertThat(page.text()).contains("Newest jobs", "Older jobs");
  }

  @Test
  void jobs_lastPage_hasNoNext() {
    JobList list = new JobList(Samples.jobs().jobs(), null, true, null, Samples.EXAMPLE);
    assertThat(page(Samples.STAFF, list).text()).doesNotContain("Older jobs");
  }

  @Test
  void jobs_none_tellsWhatToDo() {
    assertThat(page(Samples.CUSTOMER, Samples.noJobs()).text())
        .contains("No jobs yet", "curl http://127.0.0.1:8080/v1/fine_tuning/jobs")
        .contains("&#34;model&#34;: &#34;tiny-chat&#34;".replace("&#34;", "\""));
  }

  @Test
  void jobs_noneInFilter_offersAllOfThem() {
    JobList list = new JobList(List.of(), Outcome.BLOCKED, true, null, Samples.EXAMPLE);
    assertThat(page(Samples.CUSTOMER, list).text())
        .contains("No job is in the state “Blocked”. Show all jobs")
        .doesNotContain("curl");
  }

  @Test
  void signIn_refused_saysWhyAndMarksTheField() {
    Html page =
        Html.of(PAGES.signIn(Frame.signedOut("/jobs/ftjob-1", Theme.SYSTEM), "Unknown key."));
    assertThat(page.text()).contains("Unknown key.");
    assertThat(page.all("input").filter(tag -> tag.attribute("name").equals("key")))
        .singleElement()
        .matches(tag -> tag.has("aria-invalid") && tag.attribute("autocomplete").equals("off"));
    assertThat(page.all("input").filter(tag -> tag.attribute("name").equals("back")))
        .allMatch(tag -> tag.attribute("value").equals("/jobs/ftjob-1"));
    assertThat(page.text()).doesNotContain("Sign out");
  }

  @Test
  void failure_signedOut_leadsToSignIn() {
    Html page =
        Html.of(PAGES.failure(Frame.signedOut("/", Theme.SYSTEM), Failure.internal("req-51")));
    assertThat(page.text()).contains("500", "Something broke", "req-51");
    assertThat(page.all("a").map(tag -> tag.attribute("href"))).contains("/login");
  }

  private static Html page(Viewer viewer, JobList list) {
    return Html.of(PAGES.jobs(Samples.frame(viewer, Theme.SYSTEM), list));
  }
}
