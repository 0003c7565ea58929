package io.tiltmeter.policy.probe;

/** What a probe pack says of itself. */
public record PackHeader(
    String name, String version, String language, String licence, String description) {}
