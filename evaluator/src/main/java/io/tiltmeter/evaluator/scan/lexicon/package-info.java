/** Sets of phrases, rules over them, and how texts are walked with them. */
@NullMarked
package io.tiltmeter.evaluator.scan.lexicon;

import org.jspecify.annotations.NullMarked;
