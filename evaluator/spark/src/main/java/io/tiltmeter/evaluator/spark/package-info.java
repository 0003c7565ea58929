/**
 * The scan of training data on Apache Spark, for data sets too big for one machine.
 *
 * <p>The same detectors as on one machine, pass for pass: each task looks at its rows ({@link
 * io.tiltmeter.evaluator.scan.RowWatch}), what tasks saw is added up on the way to the driver, and
 * the next pass begins with what the detectors learned of it. A row is known by its number in the
 * whole data set. As nothing that detectors keep depends on the order of rows, findings are those
 * of the local scan of the same rows. Needs Spark 4.2 or later on Java 25 or later, on every
 * machine.
 */
@NullMarked
package io.tiltmeter.evaluator.spark;

import org.jspecify.annotations.NullMarked;
