/** Plain requests for harm that are answered. */
@NullMarked
package io.tiltmeter.evaluator.scan.harm;

import org.jspecify.annotations.NullMarked;
