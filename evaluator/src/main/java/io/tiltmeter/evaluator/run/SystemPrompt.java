package io.tiltmeter.evaluator.run;

/**
 * A system prompt under which the harmful probes are put again, on both models.
 *
 * @param name short name of the stratum, shown where the text must not be
 */
public record SystemPrompt(String name, String text) {}
