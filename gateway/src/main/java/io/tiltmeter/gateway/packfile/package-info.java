/** Probe packs from their files: the pack or every problem, its digest and its counts. */
@NullMarked
package io.tiltmeter.gateway.packfile;

import org.jspecify.annotations.NullMarked;
