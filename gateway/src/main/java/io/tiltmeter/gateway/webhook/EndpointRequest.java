package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.RequestException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What a customer wants an endpoint to be, as the API is given it.
 *
 * @param eventTypes wire names, each once
 */
record EndpointRequest(String name, URI url, List<String> eventTypes) {
  private static final Pattern NAME = Pattern.compile("\\P{Cntrl}{1,100}");
  private static final int MAX_URL = 2048;

  EndpointRequest {
    eventTypes = List.copyOf(eventTypes);
  }

  /**
   * Reads a new endpoint.
   *
   * @throws RequestException with status 400 that names the first member that is wrong
   */
  static EndpointRequest parse(Members body, WebhookSettings settings) {
    EndpointRequest request =
        new EndpointRequest(
            name(body, body.needText("name")),
            url(body, body.needText("url"), settings),
            eventTypes(body)
                .orElseThrow(
                    () ->
                        RequestException.invalid(
                            "missing_required_parameter",
                            body.at("event_types"),
                            "Missing required parameter: 'event_types'.")));
    body.refuseOthers();
    return request;
  }

  /**
   * Reads what is to change of an endpoint.
   *
   * @throws RequestException likewise
   */
  static EndpointRequest parse(Members body, WebhookEndpoint before, WebhookSettings settings) {
    return new EndpointRequest(
        body.text("name").map(name -> name(body, name)).orElse(before.name()),
        body.text("url").map(url -> url(body, url, settings)).orElse(before.url()),
        eventTypes(body).orElse(before.eventTypes()));
  }

  private static String name(Members body, String name) {
    if (name.isBlank() || !NAME.matcher(name).matches()) {
      throw RequestException.invalid(
          "invalid_value",
          body.at("name"),
          "Invalid value for 'name': expected 1 to 100 characters on one line.");
    }
    return name;
  }

  private static URI url(Members body, String text, WebhookSettings settings) {
    URI url = parsed(text).orElseThrow(() -> invalidUrl(body, settings));
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    boolean fits = scheme.equals("https") || (settings.allowHttp() && scheme.equals("http"));
    if (!fits
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getRawFragment() != null
        || url.getPort() == 0
        || isRefusedLiteral(url.getHost(), settings)) {
      throw invalidUrl(body, settings);
    }
    return url;
  }

  private static Optional<URI> parsed(String text) {
    try {
      return text.length() > MAX_URL ? Optional.empty() : Optional.of(new URI(text));
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  /** What a name means is looked at each time that something is sent. */
  private static boolean isRefusedLiteral(String host, WebhookSettings settings) {
    try {
      return !settings.allowPrivate()
          && !PublicAddress.is(InetAddress.ofLiteral(WebhookSender.bare(host)));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static RequestException invalidUrl(Members body, WebhookSettings settings) {
    return RequestException.invalid(
        "invalid_value",
        body.at("url"),
        "Invalid value for 'url': expected an %s address of at most %d characters on the public internet, without user and fragment."
            .formatted(settings.allowHttp() ? "http or https" : "https", MAX_URL));
  }

  private static Optional<List<String>> eventTypes(Members body) {
    return body.find("event_types").map(list -> eventTypes(body, list));
  }

  private static List<String> eventTypes(Members body, JsonNode list) {
    if (!list.isArray() || list.isEmpty()) {
      throw invalidTypes(body);
    }
    Set<String> types = new LinkedHashSet<>();
    for (JsonNode type : list) {
      types.add(
          EventType.find(type.isString() ? type.stringValue() : "")
              .map(EventType::wireName)
              .orElseThrow(() -> invalidTypes(body)));
    }
    return new ArrayList<>(types);
  }

  private static RequestException invalidTypes(Members body) {
    return RequestException.invalid(
        "invalid_value",
        body.at("event_types"),
        "Invalid value for 'event_types': expected a list of some of %s."
            .formatted(String.join(", ", EventType.names())));
  }
}
