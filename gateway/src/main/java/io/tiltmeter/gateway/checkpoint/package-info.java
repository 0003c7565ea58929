/** What trainers send before their result: where each checkpoint stands. */
@NullMarked
package io.tiltmeter.gateway.checkpoint;

import org.jspecify.annotations.NullMarked;
