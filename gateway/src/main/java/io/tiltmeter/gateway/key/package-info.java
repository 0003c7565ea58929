/** Who calls: API keys of customers, staff and trainers. */
@NullMarked
package io.tiltmeter.gateway.key;

import org.jspecify.annotations.NullMarked;
