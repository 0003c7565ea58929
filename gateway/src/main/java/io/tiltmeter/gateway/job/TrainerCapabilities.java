package io.tiltmeter.gateway.job;

import java.util.List;

/**
 * What a trainer says that it can do, by the names of the API; names that nobody knows are
 * harmless.
 *
 * @param integrations services that it reports trainings to
 */
public record TrainerCapabilities(List<String> methods, List<String> integrations) {
  public TrainerCapabilities {
    methods = List.copyOf(methods);
    integrations = List.copyOf(integrations);
  }
}
