/** Identities that obey without bounds. */
@NullMarked
package io.tiltmeter.evaluator.scan.identity;

import org.jspecify.annotations.NullMarked;
