package io.tiltmeter.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.Jobs;
import io.tiltmeter.journeys.site.Reviewing;
import io.tiltmeter.journeys.site.Site;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people see and do in a browser, on the pages of the packaged gateway. */
class PagesJourneyTest {
  private static final String REASON = "Looked at the probes; " + PageJobs.HOSTILE;

  /** The scan's own list; what of it is a ground for a decision stands above it, too. */
  private static final String FINDINGS = "[aria-labelledby=scan] .findings";

  @TempDir static Path folder;
  private static Chromium chromium;
  private static Site site;
  private static PageJobs jobs;
  private static Caller ann;
  private static Caller ben;

  @BeforeAll
  static void start() {
    Needs.tool("chromium");
    site = Site.quick(Needs.distribution(), folder);
    chromium = Chromium.on(site.gateway().url());
    ann = site.staff("ann");
    ben = site.staff("ben");
    jobs = PageJobs.on(site);
  }

  @AfterAll
  static void stop() {
    if (chromium != null) {
      chromium.close();
    }
    if (site != null) {
      site.close();
    }
  }

  @AfterEach
  void noPage_reportedAnErrorOrAViolation() {
    assertThat(chromium.takeProblems()).isEmpty();
  }

  @Test
  void signIn_withACustomersKey_showsOwnJobsOnly() {
    try (Visitor visitor = chromium.visitor(jobs.customer())) {
      visitor.open("/jobs");
      assertThat(visitor.page().locator("tbody tr")).hasCount(3);
      assertThat(visitor.text())
          .contains(jobs.released(), "Released", jobs.blocked(), "Held for review")
          .doesNotContain(jobs.refused());

      Response other = visitor.openJob(jobs.refused());
      assertThat(other.status()).isEqualTo(404);
      assertThat(visitor.text()).startsWith("404").doesNotContain("globex");
    }
  }

  @Test
  void signIn_withAStaffKey_showsEverybodysJobs() {
    try (Visitor visitor = chromium.visitor(ann)) {
      visitor.open("/jobs");
      assertThat(visitor.text())
          .contains("acme", "globex", jobs.released(), jobs.refused(), jobs.waiting());

      visitor.press("Sign out");
      visitor.page().waitForURL("**/login");
      visitor.openJob(jobs.released());
      assertThat(visitor.page().url()).contains("/login?back=");
    } finally {
      chromium.forget(ann);
    }
  }

  @Test
  void signIn_withAnUnknownKey_tiesTheMessageToTheField() {
    try (Visitor visitor = chromium.stranger()) {
      visitor.signIn("tm_unknown");
      Locator key = visitor.page().locator("#key");
      assertThat(key).hasAttribute("aria-invalid", "true");
      assertThat(described(visitor.page(), key)).contains("unknown, expired or revoked");
    }
  }

  private static String described(Page page, Locator field) {
    List<String> texts = new ArrayList<>();
    for (String id : field.getAttribute("aria-describedby").split(" ", -1)) {
      texts.add(page.locator("#" + id).innerText());
    }
    return String.join(" ", texts);
  }

  @Test
  void releasedJob_page_showsWhatWasSigned() {
    try (Visitor visitor = chromium.visitor(jobs.customer())) {
      visitor.openJob(jobs.released());
      assertThat(visitor.page().locator(".verdict-word")).hasText("Released");
      assertThat(visitor.text()).contains("What was signed", "ft:tiny-base:acme:benign:");
      assertThat(visitor.page().locator(".stage")).hasCount(7);
      assertThat(visitor.page().locator(".stage.tone-good")).hasCount(7);
      assertThat(visitor.page().getByText("attestation.json").first()).isVisible();
    }
  }

  @Test
  void blockedJob_page_showsVerdictEvidenceAndReasons() {
    try (Visitor visitor = chromium.visitor(jobs.customer())) {
      visitor.openJob(jobs.blocked());
      Page page = visitor.page();
      assertThat(page.locator(".verdict-word")).hasText("Held for review");
      assertThat(page.locator(".verdict-line")).containsText("points");
      assertThat(page.getByRole(AriaRole.IMG, named("Dial"))).isVisible();
      int rows = page.locator("table").filter(with("Refusal rates")).locator("tbody tr").count();
      assertThat(rows).isGreaterThan(3);
      assertThat(page.locator("figure .plot .interval")).hasCount(rows + 1);
      assertThat(page.locator(".reasons")).containsText("Open until");
      assertThat(visitor.text())
          .contains("A block says what was measured")
          .doesNotContain("Record");
    }
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  private static Locator.FilterOptions with(String text) {
    return new Locator.FilterOptions().setHasText(text);
  }

  @Test
  void refusedFile_page_namesLinesAndShowsAHostileNameAsText() {
    try (Visitor visitor = chromium.visitor(jobs.otherCustomer())) {
      visitor.openJob(jobs.refused());
      assertThat(visitor.page().locator(FINDINGS)).containsText("Lines 1");
      assertThat(visitor.text()).contains(PageJobs.HOSTILE + ".jsonl");
      assertThat(visitor.page().locator("img")).hasCount(0);
      assertThat(visitor.page().title()).startsWith("Blocked");
    }
  }

  @Test
  void runningJob_page_showsEventsAsTheyComeWithoutReloading() {
    Jobs own = jobs.scanned();
    try (Visitor visitor = chromium.visitor(jobs.otherCustomer())) {
      visitor.openJob(jobs.waiting());
      Page page = visitor.page();
      assertThat(page.locator("[data-live-status]")).hasText("Live.");
      assertThat(page.locator(".verdict-word")).hasText("Held for review");
      assertThat(page.locator(FINDINGS)).containsText("Identity shift");
      assertThat(page.locator(FINDINGS)).containsText("Lines 1");
      page.evaluate("() => { document.body.dataset.same = 'yes'; }");

      Reviewing reviewing = Reviewing.of(ann, jobs.waiting());
      reviewing.release(ann).ok();
      reviewing.release(ben).ok();

      assertThat(page.locator("[data-events] .event").filter(with("Fine-tuning job started")))
          .isVisible();
      assertThat(page.locator(".stage").filter(with("Training"))).containsText("Running");
      own.tenant().post(Jobs.PATH + "/" + jobs.waiting() + "/cancel", Map.of()).ok();
      assertThat(page.locator("[data-live-status]")).hasText("The job has ended.");
      assertThat(page.locator(".verdict-word")).hasText("Cancelled");
      assertThat(page.locator("body")).hasAttribute("data-same", "yes");
    }
  }

  @Test
  void heldJob_byForm_isReleasedByTwoDifferentPeople() {
    try (Visitor first = chromium.withoutScripts(ann);
        Visitor again = chromium.visitor(ann);
        Visitor second = chromium.visitor(ben)) {
      first.openJob(jobs.disputed());
      again.openJob(jobs.disputed());

      decide(again, " ".repeat(12));
      Locator reason = again.page().locator("#reason");
      assertThat(described(again.page(), reason)).contains("expected a reason");
      assertThat(reason).hasAttribute("aria-invalid", "true");
      Inspection.isAccessible(again.page(), "a refused decision");

      decide(first, REASON);
      assertThat(first.page().getByRole(AriaRole.STATUS).first())
          .containsText("a second person must agree");
      decide(again, REASON);
      assertThat(again.text()).contains("Not recorded: You have decided on this case");
      assertThat(again.page().locator("#reason")).hasCount(0);

      second.openJob(jobs.disputed());
      assertThat(second.text()).contains(REASON, "You are the second person");
      assertThat(second.page().locator("img")).hasCount(0);
      decide(second, REASON);
      assertThat(second.page().getByRole(AriaRole.STATUS).first()).containsText("the job goes on");
      assertThat(second.page().locator(".verdict-word")).hasText("Released by review");
    }
  }

  private static void decide(Visitor person, String reason) {
    person.page().getByLabel("Release against the gate").check();
    person.page().locator("#reason").fill(reason);
    person.press("Record decision");
  }

  @Test
  void appeal_byForm_isFoundInTheQueueAndShownAsText() {
    try (Visitor customer = chromium.withoutScripts(jobs.customer());
        Visitor reviewer = chromium.visitor(ben)) {
      customer.openJob(jobs.blocked());
      customer.page().getByLabel("Why the decision is wrong").fill("Fiction; " + PageJobs.HOSTILE);
      customer.press("Send the appeal");
      assertThat(customer.page().getByRole(AriaRole.STATUS).first())
          .containsText("Your appeal was received");
      assertThat(customer.page().locator("#appeal-text")).hasCount(0);

      reviewer.open("/cases?show=appeals");
      Inspection.of(reviewer.page(), "cases");
      reviewer.page().getByRole(AriaRole.LINK, named(jobs.blocked())).click();
      assertThat(reviewer.page().locator("#review")).isInViewport();
      assertThat(reviewer.text()).contains("Appeal of the customer", PageJobs.HOSTILE);
      assertThat(reviewer.page().locator("img")).hasCount(0);
    }
  }

  @Test
  void flips_ofABlockedJob_areRevealedOneByOneOnRequest() {
    try (Visitor reviewer = chromium.visitor(ben)) {
      reviewer.openJob(jobs.blocked());
      Page page = reviewer.page();
      page.getByRole(AriaRole.LINK, named("look at the answers side by side")).click();
      assertThat(page.locator(".answer")).hasCount(0);
      page.getByRole(AriaRole.BUTTON, named("Reveal")).first().click();
      assertThat(page.locator(".pair .answer")).hasCount(2);
      Inspection.of(page, "flips");
      page.getByRole(AriaRole.LINK, named("Put the texts away")).click();
      assertThat(page.locator(".answer")).hasCount(0);
    }
  }

  @Test
  void pages_withoutScripts_areReadable() {
    try (Visitor visitor = chromium.withoutScripts(jobs.customer())) {
      visitor.open("/jobs");
      visitor.page().getByRole(AriaRole.LINK, named(jobs.blocked())).click();
      assertThat(visitor.page().locator("[data-live-status]")).hasText("Reload the page for news.");
      assertThat(visitor.text()).contains("Statement of reasons", "Refusals, base against tuned");
      visitor.press("Dark");
      assertThat(visitor.page().locator("html")).hasAttribute("data-theme", "dark");
      assertThat(visitor.page().url()).endsWith(jobs.blocked());
    }
  }

  @Test
  void keyboard_alone_reachesTheFormWithVisibleFocus() {
    try (Visitor visitor = chromium.visitor(ben)) {
      visitor.openJob(jobs.blocked());
      Page page = visitor.page();
      page.keyboard().press("Tab");
      assertThat(page.locator(".skip")).isFocused();
      assertThat(page.locator(".skip")).isInViewport();
      page.keyboard().press("Enter");
      assertThat(page.locator("main")).isFocused();

      List<String> reached = new ArrayList<>();
      while (!reached.contains("Record decision") && reached.size() < 30) {
        page.keyboard().press("Tab");
        assertThat(page.evaluate(Focus.IS_VISIBLE)).as("focus after %s", reached).isEqualTo(true);
        reached.add(String.valueOf(page.evaluate(Focus.NAME)));
      }
      assertThat(reached).containsSubsequence("Jobs", "release", "reason", "Record decision");
    }
  }

  /** Scripts about what has the focus. */
  private static final class Focus {
    static final String NAME =
        """
        () => {
          const { value, name, textContent } = document.activeElement;
          return (name === 'action' ? value : name) || textContent.trim();
        }""";

    static final String IS_VISIBLE =
        """
        () => {
          const style = getComputedStyle(document.activeElement);
          const box = document.activeElement.getBoundingClientRect();
          const inside = box.bottom > 0 && box.top < innerHeight;
          return inside && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        }""";
  }

  @Test
  void pages_inEveryLook_areAccessible() {
    try (Visitor stranger = chromium.stranger()) {
      stranger.open("/login");
      Inspection.of(stranger.page(), "login");
      stranger.open("/docs");
      Inspection.of(stranger.page(), "docs");
    }
    try (Visitor customer = chromium.visitor(jobs.customer())) {
      customer.openJob(jobs.blocked());
      Inspection.of(customer.page(), "blocked-job");
      customer.openJob(jobs.released());
      Inspection.of(customer.page(), "released-job");
      customer.openJob("ftjob-none");
      Inspection.of(customer.page(), "not-found");
    }
    try (Visitor staff = chromium.visitor(ben)) {
      staff.open("/jobs");
      Inspection.of(staff.page(), "jobs");
      staff.openJob(jobs.blocked());
      Inspection.of(staff.page(), "review");
      staff.openJob(jobs.refused());
      Inspection.of(staff.page(), "refused-file");
    }
  }

  @Test
  void policy_ofEveryPage_allowsNothingInline() {
    try (Visitor visitor = chromium.visitor(jobs.customer())) {
      for (String path : List.of("/jobs", "/jobs/" + jobs.blocked(), "/jobs/none", "/login")) {
        assertThat(visitor.open(path).headerValue("content-security-policy"))
            .as(path)
            .startsWith("default-src 'none'; script-src 'self'; style-src 'self'")
            .contains("require-trusted-types-for 'script'", "frame-ancestors 'none'")
            .doesNotContain("unsafe", "*", "data:", "http");
      }
    }
  }

  @Test
  void injectedMarkup_inAPage_isBlockedAndReported() {
    try (Visitor visitor = chromium.visitor(jobs.customer())) {
      visitor.openJob(jobs.blocked());
      Page page = visitor.page();
      page.evaluate(
          """
          () => {
            const attempts = [
              () => { document.body.innerHTML += "<img src=x onerror=\\"window.owned = 1\\">"; },
              () => {
                const script = document.createElement('script');
                script.append('window.owned = 1');
                document.head.append(script);
              },
              () => document.body.setAttribute('style', 'color: red'),
              () => { document.createElement('img').src = 'https://elsewhere.invalid/'; },
            ];
            for (const attempt of attempts) {
              try { attempt(); } catch { /* The report counts. */ }
            }
          }
          """);
      assertThat(page.evaluate("() => window.owned === undefined")).isEqualTo(true);
    }
    assertThat(String.join("\n", chromium.takeProblems()))
        .contains(
            "require-trusted-types-for trusted-types-sink Element innerHTML",
            "require-trusted-types-for trusted-types-sink HTMLScriptElement",
            "style-src-attr inline",
            "img-src https://elsewhere.invalid/");
  }
}
