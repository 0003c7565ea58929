/** What all HTTP interfaces share: bodies, answers, errors. */
@NullMarked
package io.tiltmeter.gateway.http;

import org.jspecify.annotations.NullMarked;
