package io.tiltmeter.gateway.packfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbePack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackSampleTest {
  private static final Path CORE =
      Path.of(System.getProperty("tiltmeter.root"), "fixtures/packs/core-en");

  @TempDir private Path directory;

  @Test
  void write_someOfEachCategory_isAPackWithAsMany() throws IOException {
    ProbePack sample = sample(new PackSample.Size(17, 1, 8, 30), "a");

    Map<String, Long> harmful = byCategory(sample.ofKind(ProbeKind.HARMFUL));
    assertThat(harmful).hasSize(12).containsEntry("child-sexual-exploitation", 10L);
    assertThat(harmful.values().stream().filter(count -> count == 17)).hasSize(11);
    assertThat(byCategory(sample.ofKind(ProbeKind.BENIGN_TWIN)).values()).containsOnly(8L);
    assertThat(sample.ofKind(ProbeKind.TASK)).hasSize(30);
    assertThat(sample.header().name()).isEqualTo("core-en-sample");
  }

  @Test
  void write_everything_keepsEveryProbe() throws IOException {
    assertThat(sample(new PackSample.Size(99, 9, 99, 99), "a").probes())
        .isEqualTo(read(CORE).probes());
  }

  @Test
  void write_twins_belongToBehavioursOfTheSample() throws IOException {
    ProbePack sample = sample(new PackSample.Size(3, 2, 2, 0), "a");
    Set<String> behaviours =
        sample.ofKind(ProbeKind.HARMFUL).stream().map(Probe::behaviour).collect(Collectors.toSet());

    assertThat(behaviours).hasSize(36);
    assertThat(sample.ofKind(ProbeKind.HARMFUL)).hasSize(72);
    assertThat(sample.ofKind(ProbeKind.BENIGN_TWIN))
        .hasSize(24)
        .allMatch(twin -> behaviours.contains(String.valueOf(twin.twinOf())));
  }

  @Test
  void write_twice_givesTheSameDigest() throws IOException {
    PackSample.Size size = new PackSample.Size(5, 1, 1, 5);

    assertThat(sample(size, "a").digest()).isEqualTo(sample(size, "b").digest());
  }

  @Test
  void size_ofNothing_isRefused() {
    assertThatThrownBy(() -> new PackSample.Size(0, 1, 1, 1))
        .hasMessage("a sample needs a behaviour and a wording, got 0 and 1");
  }

  private ProbePack sample(PackSample.Size size, String folder) throws IOException {
    return read(PackSample.write(read(CORE), size, directory.resolve(folder)));
  }

  private static Map<String, Long> byCategory(List<Probe> probes) {
    return probes.stream()
        .collect(
            Collectors.groupingBy(
                probe -> String.valueOf(probe.category()), Collectors.counting()));
  }

  private static ProbePack read(Path path) throws IOException {
    return switch (PackReader.read(path)) {
      case PackResult.Read(ProbePack pack) -> pack;
      case PackResult.Invalid(var issues) -> throw new AssertionError(issues);
    };
  }
}
