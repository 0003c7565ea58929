/** What each tenant's released models may have lost against their roots, and how much they may. */
@NullMarked
package io.tiltmeter.gateway.lineage;

import org.jspecify.annotations.NullMarked;
