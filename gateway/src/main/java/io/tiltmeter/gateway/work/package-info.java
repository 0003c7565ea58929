/** Work that has to be done once, whatever dies: leased rows with a fencing token. */
@NullMarked
package io.tiltmeter.gateway.work;

import org.jspecify.annotations.NullMarked;
