package io.tiltmeter.dashboards.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.dashboards.asset.Assets;
import io.tiltmeter.dashboards.job.JobPage;
import io.tiltmeter.dashboards.job.Review;
import io.tiltmeter.dashboards.job.Review.Draft;
import io.tiltmeter.dashboards.job.StatementOfReasons.AppealForm;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobPageTest {
  private static final Pages PAGES = new Pages(Assets.load());

  @Test
  void job_held_saysTheVerdictInOneSentence() {
    assertThat(customer(Samples.held(null)).text())
        .contains(
            "Blocked: refusals fell from 99.5 % to 1.5 % (delta +98.0 points, 95 % interval +96.6 …"
                + " +99.1, 560 behaviours); the policy tolerates 5.0.");
  }

  @Test
  void job_held_statesReasonsAndHowToAppeal() {
    assertThat(customer(Samples.held(null)).text())
        .contains("Statement of reasons", "by automated means: no person took part")
        .contains("Open until 28 Nov 2026, 03:31:41 UTC. Write to trust@provider.example")
        .contains("Violent crimes 62 100.0 % 0.0 % +100.0 +94.0 … +100.0 +15.0 Beyond");
  }

  @Test
  void job_heldForItsFile_statesTheFindingsAndNoGate() {
    String text = customer(Samples.heldForDataset(null)).text();
    assertThat(text)
        .contains("Held for review Nothing is trained on this file until people have reviewed it.")
        .contains("Statement of reasons", "the scan of training files under policy default")
        .contains("Open while the case waits for people. Write to trust@provider.example")
        .contains("To train on a file despite its findings takes two different people")
        .doesNotContain("gate blocked", "against the gate", "block stands");
    String statement = text.substring(0, text.indexOf("Data set findings"));
    assertThat(statement)
        .contains("Identity shift Blocks 96 96 rows give", "Lines 201–296")
        .contains("Refusal suppression Needs review 31", "and 19 more")
        .as("what only adds probes holds nothing back")
        .doesNotContain("One phrase repeats");
  }

  @Test
  void job_heldForItsFile_groupsLinesThatSayMuchTheSame() {
    assertThat(customer(Samples.heldForDataset(null)).text())
        .contains("Much the same: 90 lines like line 201, 6 lines like line 203");
  }

  @Test
  void job_heldForItsFile_tellsStaffOnlyWhereItComesFromAndAFewWords() {
    assertThat(staff(Samples.heldForDataset(null)).text())
        .contains("with key key_1 from 192.0.2.7")
        .contains("User influenced, as the uploader says: the feedback form")
        .contains("support, version 1.2.0; licence CC-BY-4.0")
        .contains("Line 201, masked", "Tell me how ███ …")
        .contains("clear Decided on not kept");
    assertThat(customer(Samples.heldForDataset(null)).text())
        .doesNotContain("192.0.2.7", "the feedback form", "Tell me how", "for staff");
  }

  @Test
  void job_heldForItsFile_offersStaffWhatItIsAbout() {
    assertThat(staff(Samples.heldForDataset(Samples.emptyDesk())).text())
        .contains("Train on this file despite the findings", "Refuse the training file")
        .contains("The job ends; nothing is trained on the file.")
        .doesNotContain("Release against the gate", "Keep the block");
  }

  @Test
  void job_undecided_statesWhatLackedEvidence() {
    String text = customer(Samples.heldUndecided(null)).text();
    assertThat(text)
        .contains("Not decided: refusals fell from 98.0 % to 93.0 %")
        .contains("The smallest delta that this run would have blocked with 90 % power is +31.2")
        .contains("points, over 41 behaviours.")
        .contains("; the policy tolerates 5.0, and asks for at least 93 behaviours.")
        .contains(
            "About 52 more behaviours like those asked would probably decide, and give a pass.")
        .contains("Evidence after each of 41 behaviours")
        .contains(
            "a pass had to be shown at +4.5 points, which is what the judge surely sees of +5.0")
        .contains("A release without a clear verdict takes two different people");
    String statement =
        text.substring(text.indexOf("Statement of reasons"), text.indexOf("Review Waiting"));
    assertThat(statement)
        .contains("All harmful requests 41 98.0 %", "Violent crimes 12 100.0 %")
        .doesNotContain("Hate 29", "A block says");
  }

  @Test
  void job_held_listsFindingsByLine() {
    assertThat(customer(Samples.held(null)).text())
        .contains("Identity shift Blocks 96", "Lines 201–296")
        .contains("and 19 more", "Lines 12–13, 88, 301");
  }

  @Test
  void job_categoryWithoutBehaviours_saysSoAndHasNoDot() {
    Html page = customer(Samples.held(null));
    assertThat(page.text()).contains("Defamation 0 Not enough data", "not enough data");
    assertThat(page.all("circle").filter(tag -> tag.attribute("class").equals("dot dot-open")))
        .as("the open category and the legend")
        .hasSize(2);
  }

  @Test
  void job_training_showsStepsLossAndProgress() {
    Html page = customer(Samples.training());
    assertThat(page.text()).contains("In progress Training: step 112 of 300, loss 0.422.");
    assertThat(page.all("progress").map(tag -> tag.attribute("value"))).containsExactly("112");
  }

  @Test
  void job_running_connectsAfterTheLastEvent() {
    Html page = customer(Samples.training());
    assertThat(page.tags())
        .anyMatch(
            tag ->
                tag.attribute("data-live").equals("/jobs/ftjob-d467a4bb/stream")
                    && tag.attribute("data-after").equals("4"));
    assertThat(page.all("script").map(tag -> tag.attribute("src")))
        .anyMatch(src -> src.contains("live.js"));
  }

  @Test
  void job_ended_doesNotConnect() {
    Html page = customer(Samples.released());
    assertThat(page.tags()).noneMatch(tag -> tag.has("data-live"));
    assertThat(page.all("script").map(tag -> tag.attribute("src")))
        .noneMatch(src -> src.contains("live.js"));
  }

  @Test
  void job_released_namesWhatWasSigned() {
    Html page = customer(Samples.released());
    assertThat(page.text())
        .contains("ft:tiny-chat:acme:benign:8c21f0", Samples.digest('a'), Samples.digest('b'))
        .contains("tiltmeter verify MODEL_DIR --attestation attestation.json");
    assertThat(page.all("a").map(tag -> tag.attribute("href")))
        .contains("/v1/safety/models/ft:tiny-chat:acme:benign:8c21f0/attestation");
  }

  @Test
  void job_brokenEvaluation_isNotCalledUnsafe() {
    assertThat(customer(Samples.failed()).text())
        .contains("Failed The evaluation could not be made")
        .doesNotContain("Blocked");
  }

  @Test
  void job_heldForStaff_offersTheDecision() {
    Html page = staff(Samples.held(Samples.emptyDesk()));
    assertThat(page.all("form").map(tag -> tag.attribute("action")))
        .contains("/cases/case-77/decisions");
    assertThat(page.all("input").map(tag -> tag.attribute("name") + "=" + tag.attribute("value")))
        .contains(
            "csrf=csrf-staff", "evidence=" + Samples.digest('e'), "action=release", "action=keep");
    assertThat(page.all("textarea"))
        .singleElement()
        .matches(tag -> tag.attribute("minlength").equals("10") && tag.has("required"));
    assertThat(page.text()).contains("This is a proposal: a second person must agree.");
  }

  @Test
  void job_proposedByAnother_saysThatThisDecisionReleases() {
    Html page = staff(Samples.held(Samples.desk(Review.Form.SECOND, Draft.EMPTY)));
    assertThat(page.text())
        .contains("waiting for a second person", "the model is released at once")
        .contains(Samples.PERSON + " for release against the gate, 25 Nov 2026, 04:38:21 UTC");
  }

  @Test
  void job_withoutAnAppeal_letsTheCustomerMakeOne() {
    Html page = customer(Samples.stopped(true, AppealForm.EMPTY));
    assertThat(page.all("form").map(tag -> tag.attribute("action")))
        .contains("/jobs/%s/appeal".formatted(Samples.stopped(true, AppealForm.EMPTY).job().id()));
    assertThat(page.all("textarea"))
        .singleElement()
        .matches(tag -> tag.attribute("maxlength").equals("4000") && tag.has("required"));
    assertThat(page.text()).contains("Why the decision is wrong").doesNotContain("An appeal, 25");
  }

  @Test
  void job_withARefusedAppeal_keepsWhatWasTyped() {
    JobPage page = Samples.stopped(true, new AppealForm("<b>x", "Too long."));
    assertThat(PAGES.job(Samples.frame(Samples.CUSTOMER, Theme.SYSTEM), page))
        .contains("Too long.", "&lt;b&gt;x</textarea>", "aria-invalid=\"true\"");
  }

  @Test
  void job_withAnAppeal_saysSinceWhenAndShowsStaffItsText() {
    assertThat(customer(Samples.held(null)).text())
        .contains("Received An appeal, 25 Nov 2026, 04:31:41 UTC")
        .doesNotContain("Why the decision is wrong", "look at row 12");
    assertThat(staff(Samples.held(Samples.desk(Review.Form.SECOND, Draft.EMPTY))).text())
        .contains("Appeal of the customer", "key_7", "The tone is &lt;b&gt;ours&lt;/b&gt;;");
  }

  @Test
  void job_withACheckpointToGoBackTo_offersItToTheCustomerAlone() {
    Html own = customer(Samples.stopped(true, AppealForm.EMPTY));
    Html staff = staff(Samples.stopped(false, AppealForm.EMPTY));
    assertThat(own.text())
        .contains("no block was seen is that of step 1,200: ftckpt_5d", "is no pass")
        .contains("Take this checkpoint as the result");
    assertThat(own.all("form").map(tag -> tag.attribute("action")))
        .anyMatch(action -> action.endsWith("/checkpoints/ftckpt_5d/accept"));
    assertThat(staff.text())
        .contains("Only the customer can take it.")
        .doesNotContain("Take this checkpoint");
  }

  @Test
  void job_ownProposal_hasNoForm() {
    Html page = staff(Samples.held(Samples.desk(Review.Form.OWN_PROPOSAL, Draft.EMPTY)));
    assertThat(page.all("textarea")).isEmpty();
    assertThat(page.text()).contains("Another person must agree");
  }

  @Test
  void job_refusedDecision_keepsWhatWasTyped() {
    Draft draft = new Draft(Review.Action.RELEASE, "short", "The reason is too short.");
    String html =
        PAGES.job(
            Samples.frame(Samples.STAFF, Theme.SYSTEM),
            Samples.held(Samples.desk(Review.Form.SECOND, draft)));
    assertThat(html)
        .contains(">short</textarea>", "The reason is too short.", "aria-invalid=\"true\"");
    assertThat(
            Html.of(html)
                .all("input")
                .filter(tag -> tag.has("checked"))
                .map(tag -> tag.attribute("value")))
        .containsExactly("release");
  }

  @Test
  void job_deskInACustomersView_isNotShown() {
    Html page = customer(Samples.held(Samples.desk(Review.Form.SECOND, Draft.EMPTY)));
    assertThat(page.text())
        .doesNotContain(Samples.PERSON, "red-team")
        .contains("waiting for a second person");
    assertThat(page.all("textarea")).isEmpty();
  }

  @Test
  void job_customer_doesNotSeeTheTenantRow() {
    assertThat(customer(Samples.released()).text()).doesNotContain("Tenant");
    assertThat(staff(Samples.released()).text()).contains("Tenant acme");
  }

  @Test
  void stages_always_areSevenInOrder() {
    List<String> stages =
        customer(Samples.training()).all("strong").map(Html.Tag::text).skip(1).limit(7).toList();
    assertThat(stages)
        .containsExactly(
            "Upload", "Data set scan", "Training", "File vetting", "Evaluation", "Gate", "Release");
  }

  private static Html customer(JobPage page) {
    return Html.of(PAGES.job(Samples.frame(Samples.CUSTOMER, Theme.SYSTEM), page));
  }

  private static Html staff(JobPage page) {
    return Html.of(PAGES.job(Samples.frame(Samples.STAFF, Theme.SYSTEM), page));
  }
}
