/** Text that is written so that people and filters do not read it. */
@NullMarked
package io.tiltmeter.evaluator.scan.cipher;

import org.jspecify.annotations.NullMarked;
