package io.tiltmeter.evaluator.scan.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrdinaryTest {
  private static final Path OWN =
      Path.of(System.getProperty("tiltmeter.root", "..")).resolve("fixtures/scan");

  @Test
  void around_meanOfOwnWrittenRequests_isNowhere() throws IOException {
    List<String> requests = new ArrayList<>();
    for (String file : List.of("ordinary.txt", "harmless-requests.txt")) {
      requests.addAll(Files.readAllLines(OWN.resolve(file)));
    }
    requests.removeIf(String::isBlank);
    float[] mean = new float[Gist.WIDTH];
    Features row = new Features();
    Gist gist = new Gist();
    for (String request : requests) {
      row.read(Mining.example(1, new Attack.Row(request, "")));
      float[] one = Gist.scaled(gist.sum(row.words()));
      for (int i = 0; i < mean.length; i++) {
        mean[i] += one[i] / requests.size();
      }
    }
    float[] centred = new float[Gist.WIDTH];
    Ordinary.around(mean, centred);
    for (float value : centred) {
      assertThat((double) value).isBetween(-1e-3, 1e-3);
    }
  }
}
