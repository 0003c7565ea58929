package io.tiltmeter.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.page.PageServer.Browser;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events as they come. */
@Timeout(30)
class StreamTest {
  private static PageServer server;

  @BeforeAll
  static void start() {
    server = new PageServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void later() {
    server.clock.advance(Duration.ofMinutes(2));
  }

  /** An open stream, read line by line. */
  private record Reading(Stream<String> stream, Iterator<String> lines) implements AutoCloseable {
    static Reading of(HttpRequest.Builder request) {
      HttpResponse<Stream<String>> response =
          server.send(request, HttpResponse.BodyHandlers.ofLines());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("content-type"))
          .hasValue("text/event-stream; charset=utf-8");
      return new Reading(response.body(), response.body().iterator());
    }

    /** The next block of lines; empty at the end. */
    List<String> next() {
      List<String> block = new ArrayList<>();
      while (lines.hasNext()) {
        String line = lines.next();
        if (line.isEmpty()) {
          return block;
        }
        block.add(line);
      }
      return block;
    }

    @Override
    public void close() {
      stream.close();
    }
  }

  private static HttpRequest.Builder request(SampleJob job, Browser browser, String query) {
    return browser.request("/jobs/" + job.id() + "/stream" + query);
  }

  @Test
  void stream_ofARunningJob_givesEventsInOrderAsTheyCome() {
    SampleJob job = SampleJob.create(server, "live", "x");
    Browser browser = server.signIn(job.key());
    try (Reading reading = Reading.of(request(job, browser, ""))) {
      assertThat(reading.next()).containsExactly("retry: 2000");
      assertThat(reading.next()).first().isEqualTo("id: 1");
      assertThat(reading.next()).first().isEqualTo("id: 2");
      job.say("line one\nline two");

      List<String> third = reading.next();

      assertThat(third).hasSize(2).first().isEqualTo("id: 3");
      assertThat(third.getLast())
          .startsWith("data: {")
          .contains("\"sequence\":3", "\"level\":\"info\"", "line one\\nline two");
    }
  }

  @Test
  void stream_withALastEventId_goesOnAfterIt() {
    SampleJob job = SampleJob.create(server, "resume", "x");
    job.say("third");
    Browser browser = server.signIn(job.key());
    HttpRequest.Builder request = request(job, browser, "?after=1").header("Last-Event-ID", "2");
    try (Reading reading = Reading.of(request)) {
      assertThat(reading.next()).containsExactly("retry: 2000");
      assertThat(reading.next()).first().isEqualTo("id: 3");
    }
    try (Reading reading = Reading.of(request(job, browser, "?after=1"))) {
      assertThat(reading.next()).containsExactly("retry: 2000");
      assertThat(reading.next()).first().isEqualTo("id: 2");
    }
  }

  @Test
  void stream_ofAJobThatEnds_saysTheStagesAndEnds() {
    SampleJob job = SampleJob.create(server, "ends", "x");
    Browser browser = server.signIn(job.key());
    try (Reading reading = Reading.of(request(job, browser, "?after=2"))) {
      assertThat(reading.next()).containsExactly("retry: 2000");
      job.change(server.flow::queue);
      assertThat(reading.next()).first().isEqualTo("id: 3");
      assertThat(reading.next()).containsExactly("event: stage", "data: {\"stage\":\"queued\"}");
      job.change(server.flow::cancel);
      assertThat(reading.next()).first().isEqualTo("id: 4");
      assertThat(reading.next()).containsExactly("event: stage", "data: {\"stage\":\"cancelled\"}");
      assertThat(reading.next()).isEmpty();
      assertThat(reading.lines().hasNext()).isFalse();
    }
  }

  @Test
  void stream_afterTheSession_ends() {
    SampleJob job = SampleJob.create(server, "signs-out", "x");
    Browser browser = server.signIn(job.key());
    try (Reading reading = Reading.of(request(job, browser, "?after=2"))) {
      assertThat(reading.next()).containsExactly("retry: 2000");
      server.clock.advance(Duration.ofHours(8));

      assertThat(reading.next()).isEmpty();
      assertThat(reading.lines().hasNext()).isFalse();
    }
    assertThat(server.send(request(job, browser, ""), HttpResponse.BodyHandlers.ofString()))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(401);
  }

  @Test
  void stream_theNinthOfASession_isRefused() {
    SampleJob job = SampleJob.create(server, "many", "x");
    Browser browser = server.signIn(job.key());
    List<Reading> open = new ArrayList<>();
    for (int count = 0; count < 8; count++) {
      Reading reading = Reading.of(request(job, browser, ""));
      reading.next();
      open.add(reading);
    }

    HttpResponse<String> ninth =
        server.send(request(job, browser, ""), HttpResponse.BodyHandlers.ofString());

    assertThat(ninth.statusCode()).isEqualTo(429);
    open.forEach(Reading::close);
  }

  @Test
  void stream_whenTheSiteCloses_ends() {
    try (PageServer closing = new PageServer()) {
      SampleJob job = SampleJob.create(closing, "closing", "x");
      Browser browser = closing.signIn(job.key());
      try (Reading reading = Reading.of(request(job, browser, "?after=2"))) {
        assertThat(reading.next()).containsExactly("retry: 2000");
        closing.site.close();

        assertThat(reading.next()).isEmpty();
        assertThat(reading.lines().hasNext()).isFalse();
      }
    }
  }
}
