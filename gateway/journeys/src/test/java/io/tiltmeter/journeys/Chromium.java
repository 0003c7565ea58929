package io.tiltmeter.journeys;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import io.tiltmeter.journeys.site.Caller;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The browser of the machine, without a window; what goes wrong in any page of it is kept. */
final class Chromium implements AutoCloseable {
  private static final List<String> QUIET =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final URI site;
  private final Playwright playwright;
  private final Browser browser;
  private final List<String> problems = new ArrayList<>();

  /** Cookies by key, so that nobody signs in more often than the gateway lets an address. */
  private final Map<String, String> sessions = new HashMap<>();

  private Chromium(URI site, Path program) {
    this.site = site;
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(new BrowserType.LaunchOptions().setExecutablePath(program).setArgs(QUIET));
  }

  /** Starts the one that is installed. */
  static Chromium on(URI site) {
    return new Chromium(site, Needs.tool("chromium"));
  }

  /** Somebody who has not signed in. */
  Visitor stranger() {
    return visitor(new Browser.NewContextOptions());
  }

  /** Whoever holds this key, signed in. */
  Visitor visitor(Caller caller) {
    String session = sessions.computeIfAbsent(caller.key(), this::signIn);
    return visitor(new Browser.NewContextOptions().setStorageState(session));
  }

  /** The same, with scripts turned off. */
  Visitor withoutScripts(Caller caller) {
    String session = sessions.computeIfAbsent(caller.key(), this::signIn);
    return visitor(
        new Browser.NewContextOptions().setStorageState(session).setJavaScriptEnabled(false));
  }

  private String signIn(String key) {
    try (Visitor visitor = stranger()) {
      visitor.signIn(key);
      return visitor.page().context().storageState();
    }
  }

  private Visitor visitor(Browser.NewContextOptions options) {
    BrowserContext context =
        browser.newContext(
            options.setBaseURL(site.toString()).setViewportSize(1280, 900).setLocale("en-GB"));
    return new Visitor(context, problems);
  }

  /** Whoever has signed out signs in again the next time. */
  void forget(Caller caller) {
    sessions.remove(caller.key());
  }

  /** What went wrong since the last time that this was asked. */
  List<String> takeProblems() {
    List<String> taken = List.copyOf(problems);
    problems.clear();
    return taken;
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
