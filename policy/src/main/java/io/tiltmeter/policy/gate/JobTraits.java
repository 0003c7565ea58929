package io.tiltmeter.policy.gate;

/**
 * What a policy's profiles may go by.
 *
 * @param tenant name of the job's tenant
 * @param tier the tenant's, such as {@code standard}
 * @param baseModel name of the base that is tuned
 */
public record JobTraits(String tenant, String tier, String baseModel) {}
