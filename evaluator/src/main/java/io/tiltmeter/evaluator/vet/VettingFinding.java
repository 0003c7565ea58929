package io.tiltmeter.evaluator.vet;

/**
 * One reason why an artifact was refused.
 *
 * @param path name of the file in printable characters, {@code .} for the folder itself
 * @param message what was expected, what was found and what to do; one line, holds no content
 */
public record VettingFinding(VettingRule rule, String path, String message) {

  @Override
  public String toString() {
    return "%s: %s (%s)".formatted(path, message, rule.wireName());
  }
}
