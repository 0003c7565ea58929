package io.tiltmeter.gateway.cli;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * What a command says while it works: on standard error, so that results stay clean.
 *
 * <p>A terminal gets a bar that is redrawn; anything else gets a line every few seconds.
 */
public final class Talk {
  private static final Duration LINE_EVERY = Duration.ofSeconds(5);
  private static final Duration BAR_EVERY = Duration.ofMillis(100);
  private static final int BAR_WIDTH = 24;
  private static final String CLEAR_LINE = "\r\u001b[2K";

  private final PrintWriter err;
  private final boolean terminal;
  private final boolean quiet;
  private final Clock clock;
  private boolean barShown;

  public Talk(PrintWriter err, boolean terminal, boolean quiet, Clock clock) {
    this.err = err;
    this.terminal = terminal;
    this.quiet = quiet;
    this.clock = clock;
  }

  /** Says one line, unless the user asked for quiet. */
  public void say(String line) {
    if (!quiet) {
      clearBar();
      err.println(line);
      err.flush();
    }
  }

  /** Says one line that the user must not miss. */
  public void warn(String line) {
    clearBar();
    err.println("warning: " + line);
    err.flush();
  }

  /** Starts a measured stage. */
  public Stage stage(String name) {
    return new Stage(name, clock.instant());
  }

  private void clearBar() {
    if (barShown) {
      err.print(CLEAR_LINE);
      barShown = false;
    }
  }

  /** One stage of work with a known size. */
  public final class Stage {
    private final String name;
    private final Instant started;
    private Instant shown;

    private Stage(String name, Instant started) {
      this.name = name;
      this.started = started;
      this.shown = started;
    }

    /** Shows how far the stage is, with rate and time left, at most as often as is readable. */
    public void at(int done, int total) {
      at(done, total, "");
    }

    /** The same, with a note at the end of the line. */
    void at(int done, int total, String note) {
      Instant now = clock.instant();
      Duration every = terminal ? BAR_EVERY : LINE_EVERY;
      if (quiet || Duration.between(shown, now).compareTo(every) < 0) {
        return;
      }
      shown = now;
      String line = line(done, total, Duration.between(started, now).toMillis() / 1000.0) + note;
      if (terminal) {
        err.print(CLEAR_LINE + line);
        err.flush();
        barShown = true;
      } else {
        err.println(line);
        err.flush();
      }
    }

    /** Ends the stage; the bar goes away. */
    public void done() {
      clearBar();
    }

    private String line(int done, int total, double seconds) {
      double rate = seconds > 0 ? done / seconds : 0;
      String left = rate > 0 ? "%.0f s left".formatted((total - done) / rate) : "";
      int filled = total == 0 ? BAR_WIDTH : (int) ((long) BAR_WIDTH * done / total);
      String bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
      return "%s  %s %d/%d, %.0f/s, %s".formatted(name, bar, done, total, rate, left);
    }
  }
}
