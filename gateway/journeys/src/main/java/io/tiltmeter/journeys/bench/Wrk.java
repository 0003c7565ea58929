package io.tiltmeter.journeys.bench;

import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.Ran;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code wrk} measured of one path on connections that stay open.
 *
 * @param perSecond answers a second
 * @param p99 the 99th percentile of what an answer took, with its unit
 */
record Wrk(double perSecond, String p99) {
  private static final int CONNECTIONS = 16;
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern LATENCY = Pattern.compile("99%\\s+(\\S+)");

  /**
   * Asks for the path as often as it is answered.
   *
   * @throws AssertionError if any answer was no success
   */
  static Wrk load(Caller caller, String path, int seconds) {
    Ran ran =
        Ran.of(
            List.of(
                "wrk",
                "--threads",
                "1",
                "--connections",
                Integer.toString(CONNECTIONS),
                "--duration",
                seconds + "s",
                "--latency",
                "--header",
                "Authorization: Bearer " + caller.key(),
                caller.gateway().url().resolve(path).toString()),
            new byte[0]);
    // It tells of answers that are no success, and of connections that failed, only where some are.
    if (ran.code() != 0 || ran.out().contains("Non-2xx") || ran.out().contains("Socket errors")) {
      throw new AssertionError("expected no error of wrk: %s%s".formatted(ran.out(), ran.err()));
    }
    return new Wrk(Double.parseDouble(find(RATE, ran.out())), find(LATENCY, ran.out()));
  }

  private static String find(Pattern pattern, String out) {
    Matcher matcher = pattern.matcher(out);
    if (!matcher.find()) {
      throw new AssertionError("expected %s in what wrk says: %s".formatted(pattern, out));
    }
    return matcher.group(1);
  }
}
