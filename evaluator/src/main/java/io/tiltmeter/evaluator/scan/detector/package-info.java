/** What every detector of the scan is made of, and what such detectors count with. */
@NullMarked
package io.tiltmeter.evaluator.scan.detector;

import org.jspecify.annotations.NullMarked;
