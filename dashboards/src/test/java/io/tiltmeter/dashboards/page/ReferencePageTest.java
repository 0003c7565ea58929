package io.tiltmeter.dashboards.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.dashboards.asset.Assets;
import org.junit.jupiter.api.Test;

class ReferencePageTest {
  private static final Html PAGE =
      Html.of(
          new Pages(Assets.load())
              .reference(Samples.frame(Samples.CUSTOMER, Theme.SYSTEM), SampleReference.api()));

  @Test
  void reference_codeInAnyDescription_isMarkedAsCode() {
    assertThat(PAGE.all("code").map(Html.Tag::text))
        .contains("has_more", "metadata", "queued", "safety.paused", "ftjob-…", "job")
        .contains("{{item.NAME}}", "&lt;b&gt;");
    assertThat(PAGE.text())
        .contains("Its status is queued with safety.paused true.", "Lists end with has_more false.")
        .contains("The job. Job");
  }

  @Test
  void reference_aBacktickWithoutASecondOne_staysText() {
    assertThat(PAGE.text()).contains("One backtick (`) alone is text.");
  }
}
