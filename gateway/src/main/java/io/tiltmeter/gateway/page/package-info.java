/** The web pages: sign-in, jobs, live events and the reviewer's desk. */
@NullMarked
package io.tiltmeter.gateway.page;

import org.jspecify.annotations.NullMarked;
