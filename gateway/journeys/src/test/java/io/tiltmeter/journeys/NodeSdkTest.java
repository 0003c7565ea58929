package io.tiltmeter.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.journeys.site.Distribution;
import io.tiltmeter.journeys.site.Ran;
import io.tiltmeter.journeys.site.Site;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a customer does with OpenAI's SDK for Node. */
class NodeSdkTest {
  private static final String FOLDER = "gateway/journeys/src/sdk/node";

  @TempDir private Path folder;

  @Test
  void journey_byTheSdkForNode_goesThrough() {
    Distribution distribution = Needs.distribution();
    Path script = distribution.root().resolve(FOLDER);
    Path node = Needs.tool("node");
    Needs.folder(script.resolve("node_modules/openai"), "run \"npm ci\" in " + FOLDER);
    try (Site site = Site.quick(distribution, folder)) {
      Ran ran =
          Ran.of(
              List.of(
                  node.toString(),
                  script.resolve("journey.mjs").toString(),
                  site.gateway().url().resolve("/v1").toString(),
                  site.reportingTenant("acme", "0s").key(),
                  Site.BASE,
                  distribution.root().resolve("fixtures/datasets").toString()),
              new byte[0]);

      assertThat(ran.code()).as(ran.err()).isZero();
      assertThat(ran.out()).startsWith("{\"job\":\"ftjob-");
    }
  }
}
