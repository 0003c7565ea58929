/** Training files: uploads, and what is known of each. */
@NullMarked
package io.tiltmeter.gateway.file;

import org.jspecify.annotations.NullMarked;
