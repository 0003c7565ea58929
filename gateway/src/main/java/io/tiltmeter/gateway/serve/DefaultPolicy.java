package io.tiltmeter.gateway.serve;

import io.tiltmeter.gateway.config.ConfigException;
import io.tiltmeter.gateway.policyfile.PolicyResult;
import io.tiltmeter.gateway.sourcefile.Issue;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.policy.gate.Policy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The policy of tenants that have none of their own. */
final class DefaultPolicy {
  private DefaultPolicy() {}

  /**
   * Reads it.
   *
   * @throws ConfigException with a line for each problem
   */
  static TenantPolicies.PolicyText read(Path file, Set<String> categories) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return switch (TenantPolicies.read(bytes, categories)) {
        case PolicyResult.Read(Policy policy) ->
            TenantPolicies.textOf(new String(bytes, StandardCharsets.UTF_8), policy);
        case PolicyResult.Invalid(List<Issue> issues) ->
            throw new ConfigException(
                issues.stream()
                    .map(Issue::toString)
                    .collect(
                        Collectors.joining(
                            "\n", "policy %s cannot be used:\n".formatted(file), "")));
      };
    } catch (IOException e) {
      throw new ConfigException(
          "expected a policy at %s, found %s".formatted(file, e.getClass().getSimpleName()), e);
    }
  }
}
