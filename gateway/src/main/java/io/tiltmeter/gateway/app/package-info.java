/** Where the process starts and its parts are put together; used by nothing. */
@NullMarked
package io.tiltmeter.gateway.app;

import org.jspecify.annotations.NullMarked;
