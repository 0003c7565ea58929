package io.tiltmeter.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.RequestException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of endpoints as a gateway of the default configuration takes them. */
class EndpointRequestTest {

  private static EndpointRequest parse(String url) {
    String body =
        Json.text(Map.of("name", "n", "url", url, "event_types", List.of("safety.alert.created")));
    return EndpointRequest.parse(
        Members.of(Json.object(body.getBytes(StandardCharsets.UTF_8))), WebhookSettings.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://h.example/",
        "HTTP://h.example/",
        "https://127.0.0.1/",
        "https://127.0.0.1:8443/x",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00::1]/",
        "https://2130706433/",
        "https:h.example",
        "https:///x"
      })
  void parse_ofAnAddressThatIsNotPublicOrNotEncrypted_isRefused(String url) {
    RequestException refused = catchThrowableOfType(RequestException.class, () -> parse(url));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.code()).isEqualTo("invalid_value");
    assertThat(refused.param()).isEqualTo("url");
    assertThat(refused)
        .hasMessage(
            "Invalid value for 'url': expected an https address of at most 2048 characters on the"
                + " public internet, without user and fragment.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://h.example",
        "https://h.example:8443/hooks?key=a%20b",
        "HTTPS://H.example/",
        "https://1.1.1.1/",
        "https://[2606:4700::1111]/"
      })
  void parse_ofAPublicAddress_takesItAsItIs(String url) {
    assertThat(parse(url).url()).hasToString(url);
  }

  @Test
  void parse_ofTooLongAnAddress_isRefused() {
    assertThat(parse("https://h.example/" + "a".repeat(2030)).url()).isNotNull();
    assertThat(
            catchThrowableOfType(
                RequestException.class, () -> parse("https://h.example/" + "a".repeat(2031))))
        .isNotNull();
  }
}
