/** Policies from their files: the policy or every problem, its digest and its effective text. */
@NullMarked
package io.tiltmeter.gateway.policyfile;

import org.jspecify.annotations.NullMarked;
