package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.http.Pace;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.limit.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The headers of OpenAI's answers, on those that succeed and on every kind that does not. */
class HeadersApiTest {
  private static final String JOBS = "/v1/fine_tuning/jobs";
  private static final int RATE = 20;
  private static final Limits LIMITS =
      new Limits(
          1000, new Limits.Share(100_000, 1, 1), new Limits.Rate(RATE, 10 * RATE), Pace.DEFAULT);

  @TempDir static Path folder;
  private static ApiServer server;
  private static KeyStore keys;

  @BeforeAll
  static void start() {
    server = ApiServer.start(folder.resolve("blobs"), LIMITS);
    keys = new KeyStore(server.clock);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A kind of answer, and a request that is given it. */
  enum Kind {
    SUCCESS(200) {
      @Override
      HttpResponse<String> answer(String key) {
        return server.get(key, "/v1/models");
      }
    },
    BAD_REQUEST(400) {
      @Override
      HttpResponse<String> answer(String key) {
        return server.post(key, JOBS, "{}");
      }
    },
    UNAUTHORIZED(401) {
      @Override
      HttpResponse<String> answer(String key) {
        return server.get("tm-tenant-nobody", JOBS);
      }
    },
    FORBIDDEN(403) {
      @Override
      HttpResponse<String> answer(String key) {
        String admin =
            keys.createForTenant(server.database, "admins", Set.of(Scope.ADMIN), null).secret();
        return server.get(admin, JOBS);
      }
    },
    NOT_FOUND(404) {
      @Override
      HttpResponse<String> answer(String key) {
        return server.get(key, JOBS + "/ftjob-none");
      }
    },
    UNKNOWN_PATH(404) {
      @Override
      HttpResponse<String> answer(String key) {
        return server.get(key, "/v1/nothing");
      }
    },
    WRONG_METHOD(405) {
      @Override
      HttpResponse<String> answer(String key) {
        return server.send(server.request(key, "/v1/models").PUT(BodyPublishers.noBody()));
      }
    },
    CONFLICT(409) {
      @Override
      HttpResponse<String> answer(String key) {
        begin(key, 3);
        return begin(key, 4);
      }

      private HttpResponse<String> begin(String key, int bytes) {
        HttpRequest.Builder request = server.request(key, "/v1/uploads");
        return server.send(
            request
                .header("Idempotency-Key", "one")
                .POST(
                    BodyPublishers.ofString(
                        "{\"filename\":\"a\",\"purpose\":\"fine-tune\",\"bytes\":%d,\"mime_type\":\"a/b\"}"
                            .formatted(bytes))));
      }
    },
    TOO_LARGE(413) {
      @Override
      HttpResponse<String> answer(String key) {
        return server.post(key, JOBS, " ".repeat(2 << 20));
      }
    },
    TOO_MANY(429) {
      @Override
      HttpResponse<String> answer(String key) {
        HttpResponse<String> answer = server.get(key, "/v1/models");
        for (int sent = 1; sent <= RATE; sent++) {
          answer = server.get(key, "/v1/models");
        }
        return answer;
      }
    };

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    /** What the holder of this key is answered. */
    abstract HttpResponse<String> answer(String key);
  }

  @ParameterizedTest
  @EnumSource
  void answer_ofEveryKind_hasTheHeadersOfOpenAi(Kind kind) {
    String tenant = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    String key = keys.createForTenant(server.database, tenant, false).secret();

    HttpResponse<String> answer = kind.answer(key);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(kind.status);
    HttpHeaders headers = answer.headers();
    assertAlways(headers);
    boolean isKnown = kind != Kind.UNAUTHORIZED;
    assertThat(headers.allValues("openai-organization")).hasSize(isKnown ? 1 : 0);
    for (String of : new String[] {"limit", "remaining", "reset"}) {
      assertThat(headers.allValues("x-ratelimit-%s-requests".formatted(of)))
          .as(of)
          .hasSize(isKnown ? 1 : 0);
    }
    assertThat(headers.firstValue("retry-after").isPresent()).isEqualTo(kind == Kind.TOO_MANY);
    assertThat(headers.allValues("x-should-retry")).hasSize(kind == Kind.CONFLICT ? 1 : 0);
  }

  private static void assertAlways(HttpHeaders headers) {
    assertThat(headers.allValues("x-request-id"))
        .singleElement()
        .asString()
        .matches("req_[0-9A-Za-z]{24}");
    assertThat(headers.allValues("openai-version")).containsExactly("2020-10-01");
    assertThat(headers.allValues("openai-processing-ms"))
        .singleElement()
        .asString()
        .matches("[0-9]+");
    assertThat(headers.firstValue("content-type")).contains("application/json");
  }

  @Test
  void answer_toAPathThatCannotBeRead_hasThemToo() throws IOException {
    String request =
        "GET /v1/files/%zz HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n"
            .replace("{}", server.acme);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer)
          .startsWith("HTTP/1.1 400 ")
          .contains("x-request-id: req_", "openai-version: 2020-10-01", "openai-processing-ms: ");
    }
  }

  @Test
  void answer_withoutADatabase_hasThemToo(@TempDir Path other) {
    try (ApiServer lonely = ApiServer.start(other.resolve("blobs"))) {
      lonely.database.run("alter table api_key rename to gone");
      HttpResponse<String> answer = lonely.get(lonely.acme, JOBS);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
      assertAlways(answer.headers());
      assertThat(answer.headers().firstValue("retry-after")).contains("2");
    }
  }
}
