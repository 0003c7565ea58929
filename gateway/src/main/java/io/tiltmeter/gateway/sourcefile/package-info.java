/** Files that people write, as trees whose every value knows its line and column. */
@NullMarked
package io.tiltmeter.gateway.sourcefile;

import org.jspecify.annotations.NullMarked;
