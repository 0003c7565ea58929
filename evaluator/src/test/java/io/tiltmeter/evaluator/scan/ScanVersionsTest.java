package io.tiltmeter.evaluator.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScanVersionsTest {

  @Test
  void data_isEveryResourceOfTheScan() throws IOException {
    Path folder = Path.of("src/main/resources/io/tiltmeter/evaluator/scan");

    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString()))
          .containsExactlyInAnyOrderElementsOf(ScanVersions.DATA);
    }
  }

  @Test
  void digest_ofAnotherVersion_isAnother() {
    TreeMap<String, String> other = new TreeMap<>(ScanVersions.CURRENT.parts());
    other.put("flood", "flood-0");

    assertThat(new ScanVersions(other).digest()).isNotEqualTo(ScanVersions.CURRENT.digest());
    assertThat(new ScanVersions(new TreeMap<>(ScanVersions.CURRENT.parts())).digest())
        .isEqualTo(ScanVersions.CURRENT.digest());
  }

  @Test
  void versions_ofEveryDetector_areItsNameAndANumber() {
    assertThat(new Detectors(1).versions())
        .hasSize(12)
        .allSatisfy((name, version) -> assertThat(version).matches(name + "-[0-9]+"));
    assertThat(ScanVersions.CURRENT.parts()).containsAllEntriesOf(new Detectors(1).versions());
  }
}
