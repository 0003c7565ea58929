package io.tiltmeter.evaluator.text;

import java.util.Map;

/**
 * A value of a template whose attributes {@code set} may change.
 *
 * @param attributes changed in place
 */
record Namespace(Map<String, Object> attributes) {}
