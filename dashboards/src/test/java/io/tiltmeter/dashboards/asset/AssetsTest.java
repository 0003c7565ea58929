package io.tiltmeter.dashboards.asset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AssetsTest {
  private static final int LINES_AT_MOST = 150;
  private final Assets assets = Assets.load();

  @Test
  void find_known_givesTypeBytesAndTag() {
    Asset live = assets.find("live.js").orElseThrow();
    assertThat(live.contentType()).isEqualTo("text/javascript; charset=utf-8");
    assertThat(live.bytes()).isNotEmpty();
    assertThat(live.etag()).matches("\"[0-9a-f]{16}\"");
    assertThat(live.href()).isEqualTo("/assets/live.js?v=" + live.etag().replace("\"", ""));
  }

  @Test
  void find_outsideTheFolder_givesNothing() {
    assertThat(assets.find("../look/Tone.class")).isEmpty();
    assertThat(assets.find("Assets.class")).isEmpty();
    assertThat(assets.find("")).isEmpty();
  }

  @Test
  void href_unknown_namesTheKnownOnes() {
    assertThatThrownBy(() -> assets.href("app.cs"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no asset \"app.cs\"; there are [tokens.css, app.css, ");
  }

  @Test
  void all_every_isShort() {
    assertThat(assets.all())
        .allSatisfy(
            asset ->
                assertThat(text(asset).lines().count())
                    .as(asset.name())
                    .isLessThanOrEqualTo(LINES_AT_MOST));
  }

  @Test
  void script_every_touchesNoHtmlAndNoCode() {
    assertThat(assets.all().stream().filter(asset -> asset.name().endsWith(".js")))
        .hasSize(2)
        .allSatisfy(
            asset ->
                assertThat(text(asset))
                    .doesNotContain(
                        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write")
                    .doesNotContain("eval(", "new Function", "DOMParser", "setTimeout('"));
  }

  @Test
  void style_every_loadsNothing() {
    assertThat(assets.all().stream().filter(asset -> asset.name().endsWith(".css")))
        .allSatisfy(asset -> assertThat(text(asset)).doesNotContain("url(", "@import", "http"));
  }

  @Test
  void bytes_changedByTheCaller_staySame() {
    Asset asset = assets.find("app.css").orElseThrow();
    asset.bytes()[0] = 0;
    assertThat(asset.bytes()[0]).isNotZero();
  }

  private static String text(Asset asset) {
    return new String(asset.bytes(), StandardCharsets.UTF_8);
  }
}
