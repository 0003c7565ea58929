package io.tiltmeter.evaluator.runner;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What models may use up before they are ended.
 *
 * @param silence longest time without a sign of life before the process counts as hung
 * @param round longest time for one round of questions, for models that answer without an end
 * @param memory bytes of private memory ({@code RLIMIT_DATA} of setrlimit(2)), at least 1; model
 *     files do not count as long as they are only mapped
 */
public record RunnerLimits(Duration silence, Duration round, long memory) {

  /** Ten minutes, six hours, and three quarters of what the machine or its container has. */
  public static final RunnerLimits DEFAULT =
      new RunnerLimits(Duration.ofMinutes(10), Duration.ofHours(6), mostOfTheMachine());

  public RunnerLimits {
    if (silence.isNegative() || round.isNegative() || memory < 1) {
      throw new IllegalArgumentException(
          "limits must be positive, got %s, %s and %d bytes".formatted(silence, round, memory));
    }
  }

  private static long mostOfTheMachine() {
    long all =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    return all / 4 * 3;
  }

  /** The same with another longest silence. */
  public RunnerLimits withSilence(Duration longest) {
    return new RunnerLimits(longest, round, memory);
  }

  /** The same with another longest round. */
  public RunnerLimits withRound(Duration longest) {
    return new RunnerLimits(silence, longest, memory);
  }

  /** The same with another most memory. */
  public RunnerLimits withMemory(long bytes) {
    return new RunnerLimits(silence, round, bytes);
  }
}
