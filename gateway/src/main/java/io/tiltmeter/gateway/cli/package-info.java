/** The command line: options in, tables or JSON out, exit codes. */
@NullMarked
package io.tiltmeter.gateway.cli;

import org.jspecify.annotations.NullMarked;
