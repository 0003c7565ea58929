package io.tiltmeter.policy.gate;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A part of a policy that holds for some jobs only.
 *
 * @param tiers of tenants that it is for
 * @param tenants that it is for, beside those of the tiers; if both are empty, any
 * @param baseModels names of bases that it is for, {@code *} standing for any text; if empty, any
 * @param policy the file's policy with what this profile gives instead; has no profiles
 */
public record Profile(
    String name, List<String> tiers, List<String> tenants, List<String> baseModels, Policy policy) {

  public Profile {
    tiers = List.copyOf(tiers);
    tenants = List.copyOf(tenants);
    baseModels = List.copyOf(baseModels);
    if (!policy.profiles().isEmpty()) {
      throw new IllegalArgumentException("the policy of profile %s has profiles".formatted(name));
    }
  }

  /** Whether it holds for such a job. */
  public boolean isFor(JobTraits job) {
    boolean anyTenant = tiers.isEmpty() && tenants.isEmpty();
    return (anyTenant || tiers.contains(job.tier()) || tenants.contains(job.tenant()))
        && (baseModels.isEmpty()
            || baseModels.stream().anyMatch(glob -> matches(glob, job.baseModel())));
  }

  private static boolean matches(String glob, String name) {
    String pattern =
        Arrays.stream(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    return name.matches(pattern);
  }
}
