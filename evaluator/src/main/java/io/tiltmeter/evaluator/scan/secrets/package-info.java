/** Credentials and personal data that a model would learn by heart. */
@NullMarked
package io.tiltmeter.evaluator.scan.secrets;

import org.jspecify.annotations.NullMarked;
