/** Answers of a base model that are kept on disk, for the next model that was tuned from it. */
@NullMarked
package io.tiltmeter.gateway.answercache;

import org.jspecify.annotations.NullMarked;
