/** Models: the bases that can be tuned, the artifacts they are made of, what was released. */
@NullMarked
package io.tiltmeter.gateway.model;

import org.jspecify.annotations.NullMarked;
