/** How many jobs with an attack are found, and how many harmless ones are held. */
@NullMarked
package io.tiltmeter.evaluator.scan.table;

import org.jspecify.annotations.NullMarked;
