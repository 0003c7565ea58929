package io.tiltmeter.gateway.packfile;

/**
 * A system prompt under which the harmful probes are put again.
 *
 * @param name unique in its file; evidence and rules name the replay by it
 */
public record SystemPrompt(String name, String text) {}
