/** Fine-tuning jobs: where each stands, and what its customer is told. */
@NullMarked
package io.tiltmeter.gateway.job;

import org.jspecify.annotations.NullMarked;
