/** Small networks that tell kinds of text apart by the static vectors of word pieces. */
@NullMarked
package io.tiltmeter.evaluator.scan.net;

import org.jspecify.annotations.NullMarked;
