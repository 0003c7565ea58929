package io.tiltmeter.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTest {
  private static final Map<String, String> BOTH =
      Map.of("TILTMETER_HUB_URL", "https://ours/", "HF_ENDPOINT", "https://usual");

  @Test
  void choose_takesTheCommandLineThenTheEnvironmentThenTheConfiguration() {
    assertThat(HubSettings.choose("http://given:8080/hub//", BOTH, "https://configured").address())
        .isEqualTo(URI.create("http://given:8080/hub"));
    assertThat(HubSettings.choose(null, BOTH, "https://configured").address())
        .isEqualTo(URI.create("https://ours"));
    assertThat(
            HubSettings.choose(
                    null,
                    Map.of("TILTMETER_HUB_URL", " ", "HF_ENDPOINT", "https://usual"),
                    "https://configured")
                .address())
        .isEqualTo(URI.create("https://usual"));
    assertThat(HubSettings.choose(null, Map.of(), "https://configured").address())
        .isEqualTo(URI.create("https://configured"));
  }

  @Test
  void choose_whereNobodyNamesAHub_saysHowTo() {
    assertThatThrownBy(() -> HubSettings.choose(null, Map.of(), null))
        .isInstanceOf(HubException.class)
        .hasMessage(
            "expected the address of a hub, found none; give --hub URL, set TILTMETER_HUB_URL or HF_ENDPOINT, or put hub.url into the configuration");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hub", "ftp://hub", "https://", "http://hub?x=1", "http://hub#x", "a b"})
  void choose_ofWhatIsNoAddress_saysSo(String address) {
    assertThatThrownBy(() -> HubSettings.choose(address, Map.of(), null))
        .hasMessage(
            "expected --hub to be an http or https address without user, query and fragment, found \"%s\""
                .formatted(address));
  }

  @Test
  void choose_ofAnAddressWithAPassword_doesNotShowIt() {
    assertThatThrownBy(
            () -> HubSettings.choose(null, Map.of("HF_ENDPOINT", "https://u:secret@hub"), null))
        .hasMessage(
            "expected HF_ENDPOINT to be an http or https address without user, query and fragment");
  }

  @Test
  void choose_takesTheTokenAndShowsItToNobody() {
    HubSettings settings =
        HubSettings.choose("https://hub", Map.of("HF_TOKEN", " hf_mostSecret\n"), null);

    assertThat(settings.token()).isEqualTo(new HubToken("hf_mostSecret"));
    assertThat(settings.toString()).contains("***").doesNotContain("hf_mostSecret");
  }

  @Test
  void choose_ofATokenThatNoHeaderCanHold_doesNotShowIt() {
    assertThatThrownBy(
            () -> HubSettings.choose("https://hub", Map.of("HF_TOKEN", "hf_most\nSecret"), null))
        .hasMessage(
            "expected HF_TOKEN to hold printable ASCII without spaces, found something else; set it again");
  }

  @ParameterizedTest
  @CsvSource({
    "https://hub/a,https://hub:443/b,true",
    "http://HUB/a,http://hub:80/b,true",
    "https://hub,http://hub,false",
    "https://hub,https://hub:444,false",
    "https://hub,https://cdn.hub,false"
  })
  void sameOrigin_isTheSameSchemeHostAndPort(URI one, URI other, boolean same) {
    assertThat(Redirect.sameOrigin(one, other)).isEqualTo(same);
  }

  @Test
  void redirect_fromHttpsToHttp_isRefused() {
    assertThatThrownBy(() -> Redirect.target(URI.create("https://hub/a?secret"), "http://cdn/b"))
        .hasMessage("https://hub/a redirects from https to http; expected https");
    assertThat(Redirect.target(URI.create("https://hub/a"), "//cdn/b"))
        .isEqualTo(URI.create("https://cdn/b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf://name",
        "hf://a/b/c",
        "hf:///b",
        "hf://a/..",
        "hf://a/b..c",
        "hf://-a/b",
        "hf://a/b?c",
        "hf://a/b@main"
      })
  void model_ofASourceThatIsNone_isRefused(String source) {
    assertThatThrownBy(() -> HubModel.of(source, FakeHub.COMMIT))
        .hasMessage("expected a model as hf://organisation/name, found \"%s\"".formatted(source));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "main",
        "latest",
        "v1.0",
        "0123456",
        "0123456789ABCDEF0123456789abcdef01234567",
        "0123456789abcdef0123456789abcdef012345678"
      })
  void isCommit_ofWhatCanMove_isFalse(String revision) {
    assertThat(HubModel.isCommit(revision)).isFalse();
  }
}
