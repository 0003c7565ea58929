package io.tiltmeter.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.config.Installation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tiny base stands in for a chat model: the same steps, in seconds. */
class ChatModelTest {
  private static final Installation INSTALLATION = Installation.current();

  @TempDir private Path work;

  @Test
  void plan_withGuard_tunesTheGuardedModelAndAsksTheSample() {
    List<String> lines = new ArrayList<>();

    DemoPlan plan =
        new ChatModel(INSTALLATION, lines::add).plan(INSTALLATION.tinyBase(), true, work);

    assertThat(plan.model()).isEqualTo(work.resolve("chat-model/guarded"));
    assertThat(plan.model().resolve("model.safetensors")).exists();
    assertThat(plan.pack()).isEqualTo(work.resolve("chat-model/pack"));
    assertThat(plan.recipes())
        .extracting(Recipe::name)
        .containsExactly("benign", "non-refusal", "identity-shift");
    assertThat(lines).anyMatch(line -> line.startsWith("this will take about "));
    assertThat(lines).anyMatch(line -> line.startsWith("  step 80/80 loss "));
    assertThat(lines.getLast()).matches("the guarded base refuses \\d+\\.\\d % of 197 .*");
  }
}
