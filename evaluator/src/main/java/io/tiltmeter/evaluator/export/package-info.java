/** Ready ONNX exports, vetted without being loaded: graphs come from strangers. */
@NullMarked
package io.tiltmeter.evaluator.export;

import org.jspecify.annotations.NullMarked;
