package io.tiltmeter.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.vet.Artifact.Model;
import io.tiltmeter.evaluator.vet.ArtifactVetting;
import io.tiltmeter.evaluator.vet.VettingLimits;
import io.tiltmeter.evaluator.vet.VettingResult;
import io.tiltmeter.gateway.bench.Bench;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TinyBaseTest {
  @Test
  void manifest_isThatOfTheShippedModel(@TempDir Path store) {
    VettingResult result =
        new ArtifactVetting(store, VettingLimits.DEFAULT)
            .vet(new Model(new Installation(Bench.ROOT).tinyBase(), null));
    assertThat(result)
        .isInstanceOfSatisfying(
            VettingResult.Pinned.class,
            pinned -> assertThat(pinned.manifest().digest()).isEqualTo(TinyBase.MANIFEST));
  }
}
