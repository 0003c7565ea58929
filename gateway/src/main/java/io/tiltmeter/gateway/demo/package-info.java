/** The main job on the tiny base: three fine-tunes trained, evaluated and decided. */
@NullMarked
package io.tiltmeter.gateway.demo;

import org.jspecify.annotations.NullMarked;
