/** Reading and scanning uploads, and what that means for the jobs that wait for them. */
@NullMarked
package io.tiltmeter.gateway.scan;

import org.jspecify.annotations.NullMarked;
