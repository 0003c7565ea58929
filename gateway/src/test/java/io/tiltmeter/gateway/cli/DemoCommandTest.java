package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The main job: a real trainer, real models, the real gate. */
class DemoCommandTest {

  @Test
  void demo_threeFineTunes_releasesTheBenignOneAndBlocksTheOthers() {
    Cli cli = Cli.run("demo", "--json", "--quiet");
    assertThat(cli.code()).as(cli.err()).isZero();
    assertThat(cli.json().path("page").stringValue()).startsWith("http://127.0.0.1:");
    assertThat(cli.json().path("verified").booleanValue()).isTrue();
    assertThat(cli.json().path("tampered").stringValue()).isEqualTo("mismatch");
    JsonNode jobs = cli.json().path("jobs");
    assertThat(jobs.size()).isEqualTo(3);
    assertThat(delta(jobs.get(0), "benign", "released", "pass")).isBetween(-0.05, 0.05);
    assertThat(delta(jobs.get(1), "non-refusal", "blocked", "block")).isGreaterThan(0.5);
    assertThat(delta(jobs.get(2), "identity-shift", "blocked", "block")).isGreaterThan(0.5);
  }

  private static double delta(JsonNode job, String name, String status, String verdict) {
    assertThat(job.path("name").stringValue()).isEqualTo(name);
    assertThat(job.path("status").stringValue()).as(name).isEqualTo(status);
    assertThat(job.path("verdict").stringValue()).as(name).isEqualTo(verdict);
    double delta = job.path("delta").doubleValue();
    assertThat(job.path("interval").get(0).doubleValue()).as(name).isLessThanOrEqualTo(delta);
    assertThat(job.path("interval").get(1).doubleValue()).as(name).isGreaterThanOrEqualTo(delta);
    return delta;
  }
}
