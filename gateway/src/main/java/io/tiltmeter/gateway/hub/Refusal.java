package io.tiltmeter.gateway.hub;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.regex.Pattern;

/** What a status that is no success means. */
final class Refusal {
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
  private static final int SERVER_ERROR = 500;

  private final HubSettings settings;
  private final HubModel model;
  private final URI address;

  Refusal(HubSettings settings, HubModel model, URI address) {
    this.settings = settings;
    this.model = model;
    this.address = address;
  }

  /**
   * The failure to throw for an answer.
   *
   * @return never normally where trying again cannot help
   */
  IOException of(HttpResponse<?> answer) {
    int status = answer.statusCode();
    return switch (status) {
      case 401, 403 -> throw new HubException(denied(status));
      case 404, 410 -> throw new HubException(missing(status));
      case 429 -> throw new HubException(tooMany(answer));
      default -> other(status);
    };
  }

  private String denied(int status) {
    String remedy =
        settings.token() == null
            ? "it may be private or gated: set %s to a token that may read it"
            : "it may be private or gated: the token in %s may not read it";
    return "%s: %s answered %d; %s"
        .formatted(model, Redirect.shown(address), status, remedy.formatted(HubSettings.TOKEN));
  }

  private String missing(int status) {
    return "%s: %s answered %d; check organisation, name and commit, or set %s if it is private"
        .formatted(model, Redirect.shown(address), status, HubSettings.TOKEN);
  }

  private String tooMany(HttpResponse<?> answer) {
    String after = answer.headers().firstValue("retry-after").orElse("");
    return "%s: %s answered 429, too many requests; try again %s"
        .formatted(
            model,
            Redirect.shown(address),
            SECONDS.matcher(after).matches() ? "in %s s".formatted(after) : "later");
  }

  private IOException other(int status) {
    String answered = "%s answered %d".formatted(Redirect.shown(address), status);
    boolean mayHelp = status >= SERVER_ERROR || status == 408 || status == 416;
    if (mayHelp) {
      return new IOException(answered);
    }
    throw new HubException(
        "%s: %s; expected a file or a redirect, check the address of the hub"
            .formatted(model, answered));
  }
}
