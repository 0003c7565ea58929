package io.tiltmeter.journeys;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.Objects;

/** Somebody with a browser of their own, which reports errors and violations of the policy. */
final class Visitor implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final BrowserContext context;
  private final Page page;

  Visitor(BrowserContext context, List<String> problems) {
    this.context = context;
    context.setDefaultTimeout(PATIENCE_MILLIS);
    context.exposeBinding(
        "tiltmeterViolation",
        (source, violation) ->
            problems.add("policy violated on %s: %s".formatted(source.page().url(), violation[0])));
    context.addInitScript(
        """
        addEventListener('securitypolicyviolation', event => window.tiltmeterViolation(
          `${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
        """);
    context.onWebError(error -> problems.add("script failed: " + error.error()));
    context.onConsoleMessage(
        message -> {
          if (isError(message)) {
            problems.add("console: %s at %s".formatted(message.text(), message.location()));
          }
        });
    page = context.newPage();
  }

  /** A page that is answered with 404 on purpose is no error, a part of a page is. */
  private static boolean isError(ConsoleMessage message) {
    boolean isOfThePage =
        message.page() != null && message.location().startsWith(message.page().url());
    return message.type().equals("error")
        && !(isOfThePage && message.text().startsWith("Failed to load resource"));
  }

  Page page() {
    return page;
  }

  /** Pastes the key into the page for that. */
  Visitor signIn(String key) {
    page.navigate("/login");
    page.getByLabel("Key", new Page.GetByLabelOptions().setExact(true)).fill(key);
    press("Sign in");
    return this;
  }

  /** Uses the button of this name. */
  void press(String button) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button).setExact(true))
        .click();
  }

  Response open(String path) {
    return Objects.requireNonNull(page.navigate(path));
  }

  Response openJob(String id) {
    return open("/jobs/" + id);
  }

  /** The text of everything that people read, as one line. */
  String text() {
    return page.locator("main").innerText().replaceAll("\\s+", " ");
  }

  @Override
  public void close() {
    // What the page still had to report comes with the answer to this.
    page.title();
    context.close();
  }
}
