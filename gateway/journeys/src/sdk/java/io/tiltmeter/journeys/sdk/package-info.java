/** What customers do with OpenAI's SDK; compiled with each version of it that is tested. */
@NullMarked
package io.tiltmeter.journeys.sdk;

import org.jspecify.annotations.NullMarked;
