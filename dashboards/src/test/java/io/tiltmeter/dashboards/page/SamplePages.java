package io.tiltmeter.dashboards.page;

import io.tiltmeter.dashboards.asset.Assets;
import io.tiltmeter.dashboards.cases.DatasetCasePage.Closing.Form;
import io.tiltmeter.dashboards.cases.OpenCases.Filter;
import io.tiltmeter.dashboards.job.JobList;
import io.tiltmeter.dashboards.job.Outcome;
import io.tiltmeter.dashboards.job.Review;
import io.tiltmeter.dashboards.job.Review.Action;
import io.tiltmeter.dashboards.job.Review.Draft;
import io.tiltmeter.dashboards.job.StatementOfReasons.AppealForm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every page in every state worth looking at, rendered. */
final class SamplePages {
  private static final Pages PAGES = new Pages(Assets.load());

  private final Map<String, String> byName = new LinkedHashMap<>();
  private final Theme theme;

  private SamplePages(Theme theme) {
    this.theme = theme;
  }

  static Map<String, String> all(Theme theme) {
    SamplePages samples = new SamplePages(theme);
    samples.addSignIn();
    samples.addLists();
    samples.addJobs();
    samples.addReviews();
    samples.addCases();
    samples.addPolicies();
    samples.addReference();
    samples.addFailures();
    return samples.byName;
  }

  private void addSignIn() {
    Frame frame = Frame.signedOut("/jobs", theme);
    byName.put("sign-in", PAGES.signIn(frame, null));
    byName.put(
        "sign-in-refused",
        PAGES.signIn(frame, "This key is not known, or it was revoked. Paste the whole key."));
  }

  private void addLists() {
    byName.put("jobs", PAGES.jobs(customer(), Samples.jobs()));
    byName.put("jobs-staff", PAGES.jobs(staff(), Samples.jobs()));
    byName.put("jobs-empty", PAGES.jobs(customer(), Samples.noJobs()));
    byName.put(
        "jobs-none-blocked",
        PAGES.jobs(
            customer(), new JobList(List.of(), Outcome.BLOCKED, true, null, Samples.EXAMPLE)));
  }

  private void addJobs() {
    byName.put("training", PAGES.job(customer(), Samples.training()));
    byName.put("released", PAGES.job(customer(), Samples.released()));
    byName.put("failed", PAGES.job(customer(), Samples.failed()));
    byName.put("held", PAGES.job(customer(), Samples.held(null)));
    byName.put("stopped", PAGES.job(customer(), Samples.stopped(true, AppealForm.EMPTY)));
    byName.put(
        "appeal-refused",
        PAGES.job(
            customer(),
            Samples.stopped(true, new AppealForm("\t<b>x", "Invalid value for 'text': …"))));
    byName.put("stopped-staff", PAGES.job(staff(), Samples.stopped(false, AppealForm.EMPTY)));
    byName.put("held-dataset", PAGES.job(customer(), Samples.heldForDataset(null)));
    byName.put("held-undecided", PAGES.job(customer(), Samples.heldUndecided(null)));
  }

  private void addReviews() {
    Draft refused = new Draft(Action.RELEASE, "ok", "The reason needs at least 10 characters.");
    byName.put("review-dataset", PAGES.job(staff(), Samples.heldForDataset(Samples.emptyDesk())));
    byName.put("review-first", PAGES.job(staff(), Samples.held(Samples.emptyDesk())));
    byName.put(
        "review-second",
        PAGES.job(
            staff().withNotice("Nothing was recorded."),
            Samples.held(Samples.desk(Review.Form.SECOND, refused))));
    byName.put(
        "review-own",
        PAGES.job(staff(), Samples.held(Samples.desk(Review.Form.OWN_PROPOSAL, Draft.EMPTY))));
  }

  private void addCases() {
    byName.put("cases", PAGES.cases(staff(), SampleCases.list()));
    byName.put("cases-none", PAGES.cases(staff(), SampleCases.none(null)));
    byName.put("cases-no-appeal", PAGES.cases(staff(), SampleCases.none(Filter.APPEALS)));
    byName.put("dataset-case", PAGES.datasetCase(staff(), SampleCases.open(Form.EMPTY)));
    byName.put(
        "dataset-case-refused",
        PAGES.datasetCase(staff(), SampleCases.open(new Form("ok", "expected a reason"))));
    byName.put("flips", PAGES.flips(staff(), SampleFlips.lost(null)));
    byName.put("flips-revealed", PAGES.flips(staff(), SampleFlips.lost(SampleFlips.revealed())));
    byName.put("flips-none", PAGES.flips(staff(), SampleFlips.none()));
    byName.put("dataset-case-closed", PAGES.datasetCase(staff(), SampleCases.closed()));
  }

  private void addPolicies() {
    byName.put("policies", PAGES.policies(staff(), SampleProposals.all()));
    byName.put("policies-none", PAGES.policies(staff(), List.of()));
    byName.put(
        "policies-refused",
        PAGES.policies(
            staff().withNotice("Not done: You proposed this policy."), SampleProposals.own()));
  }

  private void addReference() {
    byName.put("reference", PAGES.reference(customer(), SampleReference.api()));
  }

  private void addFailures() {
    byName.put("not-found", PAGES.failure(customer(), Failure.notFound()));
    byName.put("broken", PAGES.failure(Frame.signedOut("/", theme), Failure.internal("req-51")));
  }

  private Frame customer() {
    return Samples.frame(Samples.CUSTOMER, theme);
  }

  private Frame staff() {
    return Samples.frame(Samples.STAFF, theme);
  }
}
