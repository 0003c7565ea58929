package io.tiltmeter.gateway.cli;

import io.tiltmeter.policy.gate.Verdict;

/** What the process tells its caller by how it ends. */
public final class ExitCode {
  /** Pass, clear, accepted, verified. */
  public static final int OK = 0;

  /** It could not be done. */
  public static final int FAILED = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** Blocked, refused, mismatch; problems in a file that was to be checked. */
  public static final int REFUSED = 3;

  /** More evidence or a person is needed. */
  public static final int UNDECIDED = 4;

  private ExitCode() {}

  /** The exit code of a verdict. */
  public static int of(Verdict.Decision decision) {
    return switch (decision) {
      case PASS -> OK;
      case BLOCK -> REFUSED;
      case INCONCLUSIVE -> UNDECIDED;
    };
  }
}
