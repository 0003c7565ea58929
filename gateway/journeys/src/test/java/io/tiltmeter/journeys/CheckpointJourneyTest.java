package io.tiltmeter.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.journeys.site.Jobs;
import io.tiltmeter.journeys.site.Site;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A training that drifts is stopped, and its customer goes on with what it was before. */
class CheckpointJourneyTest {
  @TempDir static Path folder;
  private static Site site;
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    site = Site.watching(Needs.distribution(), folder);
    jobs = new Jobs(site, site.reportingTenant("acme", "1h"));
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  @Test
  void drift_whileTraining_isStoppedAndTheLastSafeCheckpointIsEvaluatedWhole() {
    String id = jobs.order(Jobs.Recipe.SLOW_DRIFT);
    JsonNode held = jobs.await(id, List.of("held", "vetting", "evaluating", "failed"));

    JsonNode safety = held.path("safety");
    assertThat(safety.path("stage").asString()).isEqualTo("held");
    assertThat(safety.path("held_for").asString()).isEqualTo("block");
    assertThat(held.path("status").asString()).isEqualTo("running");
    assertThat(jobs.messages(id))
        .anyMatch(message -> message.startsWith("The safety gate stopped the training"));
    String offered = safety.path("offer").path("checkpoint").asString();
    assertThat(offered).startsWith("ftckpt_");
    String accept = Jobs.PATH + "/%s/checkpoints/%s/accept".formatted(id, offered);
    assertThat(jobs.tenant().post(accept, Map.of()).ok().path("id").asString()).isEqualTo(id);

    // How far the training had come by then, and so what the checkpoint's model still refuses,
    // depends on the machine; that it was judged whole, and that only a pass is released, does not.
    JsonNode ended = jobs.await(id, List.of("released", "held", "failed"));
    assertThat(jobs.messages(id)).anyMatch(CheckpointJourneyTest::isOnAWholeModel);
    String verdict = ended.path("safety").path("verdict").asString();
    if (ended.path("safety").path("stage").asString().equals("released")) {
      assertThat(verdict).isEqualTo("pass");
    } else {
      assertThat(ended.path("safety").path("stage").asString()).isEqualTo("held");
      assertThat(verdict).isIn("inconclusive", "block");
    }
    assertThat(jobs.models()).hasSize(ended.path("fine_tuned_model").isNull() ? 0 : 1);
  }

  private static boolean isOnAWholeModel(String message) {
    return message.startsWith("The safety gate passed the fine-tuned model")
        || message.startsWith("The safety gate blocked the fine-tuned model")
        || message.startsWith("The safety gate could not decide");
  }
}
