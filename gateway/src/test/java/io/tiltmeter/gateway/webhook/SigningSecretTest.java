package io.tiltmeter.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SigningSecretTest {

  /** The example of the reference implementations (standard-webhooks 1.0.0). */
  @Test
  void sign_ofTheReferencesExample_givesItsSignature() {
    SigningSecret secret = SigningSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    assertThat(
            secret.sign(
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                Instant.ofEpochSecond(1_614_265_330),
                "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void create_eachTime_givesAnotherOf32Bytes() {
    String one = SigningSecret.create().text();
    String other = SigningSecret.create().text();

    assertThat(one).startsWith("whsec_").isNotEqualTo(other);
    assertThat(Base64.getDecoder().decode(one.substring(6))).hasSize(32);
    assertThat(SigningSecret.parse(one).text()).isEqualTo(one);
  }

  @Test
  void toString_ofASecret_givesItsLastFourLettersOnly() {
    SigningSecret secret = SigningSecret.create();

    assertThat(secret).hasToString("whsec_…" + secret.text().substring(secret.text().length() - 4));
  }
}
