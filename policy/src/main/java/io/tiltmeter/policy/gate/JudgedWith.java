package io.tiltmeter.policy.gate;

import org.jspecify.annotations.Nullable;

/**
 * What the labels under a verdict came about with, as far as it is known.
 *
 * @param judge version of the judge that gave them
 * @param runtime what the models ran on, as {@link #runtime(String, String)} writes it; null where
 *     that is not known, as of a model on a server
 * @param tokenizer digest of the files by which the base cuts texts into tokens; null likewise
 */
public record JudgedWith(String judge, @Nullable String runtime, @Nullable String tokenizer) {

  /**
   * One name for an execution provider and a version of its runtime, such as {@code cpu 1.22.0}.
   */
  public static String runtime(String provider, String version) {
    return provider + " " + version;
  }
}
