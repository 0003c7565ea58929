/** Chat models as ONNX graphs: the only package that touches the runtime. */
@NullMarked
package io.tiltmeter.evaluator.onnx;

import org.jspecify.annotations.NullMarked;
