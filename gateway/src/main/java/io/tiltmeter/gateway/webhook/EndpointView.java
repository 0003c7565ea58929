package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.http.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An endpoint, as the API writes it; times are Unix seconds.
 *
 * @param enabled ours: whether anything is sent to it
 * @param disabledFor ours: why nothing is sent, customer, gone or failing
 * @param failingSince ours: since when nothing arrives; null while something does
 */
record EndpointView(
    String object,
    String id,
    long createdAt,
    List<String> eventTypes,
    String name,
    String url,
    String signingSecretHint,
    long updatedAt,
    boolean enabled,
    @Nullable String disabledFor,
    @Nullable Long failingSince) {

  static EndpointView from(WebhookEndpoint endpoint) {
    WebhookEndpoint.Failing failing = endpoint.failing();
    return new EndpointView(
        "webhook_endpoint",
        endpoint.id(),
        endpoint.createdAt().getEpochSecond(),
        endpoint.eventTypes(),
        endpoint.name(),
        endpoint.url().toString(),
        endpoint.hint(),
        endpoint.updatedAt().getEpochSecond(),
        endpoint.disabled() == null,
        endpoint.disabled() == null ? null : endpoint.disabled().reason().wireName(),
        failing == null ? null : failing.since().getEpochSecond());
  }

  /** With its secret, which is shown where it was made and never again. */
  static JsonNode withSecret(WebhookEndpoint endpoint, SigningSecret secret) {
    ObjectNode view = Json.MAPPER.valueToTree(from(endpoint));
    return view.put("signing_secret", secret.text());
  }
}
