/** Files that only their owner may read. */
@NullMarked
package io.tiltmeter.gateway.secretfile;

import org.jspecify.annotations.NullMarked;
