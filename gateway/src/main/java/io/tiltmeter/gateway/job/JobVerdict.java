package io.tiltmeter.gateway.job;

import org.jspecify.annotations.Nullable;

/**
 * What the gate has said about a job.
 *
 * @param verdict pass, block or inconclusive
 * @param rule of the policy that decided it, if one did
 */
record JobVerdict(String verdict, @Nullable String rule) {}
