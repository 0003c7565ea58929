/** One evaluation: a pack put to both models, judged, and handed to the gate. */
@NullMarked
package io.tiltmeter.evaluator.run;

import org.jspecify.annotations.NullMarked;
