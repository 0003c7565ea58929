package io.tiltmeter.gateway.ops;

import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.bench.LoopbackServer;
import io.tiltmeter.gateway.http.Failures;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.lineage.Ledger;
import io.tiltmeter.gateway.review.Review;
import io.tiltmeter.gateway.scan.DatasetCaseStore;
import io.tiltmeter.gateway.scan.RescanPlan;
import io.tiltmeter.gateway.scan.ScanStore;
import io.tiltmeter.gateway.tenant.PolicyProposals;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

/** The interface for staff on loopback, over a bench. */
final class OpsServer implements AutoCloseable {
  final Bench bench = Bench.open();
  final Ledger ledger = new Ledger(Ledger.Terms.DEFAULT, bench.clock);
  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;

  OpsServer() {
    OpsApi api =
        new OpsApi(
            bench.database,
            new OpsApi.Parts(
                new Authentication(bench.database, bench.keys),
                bench.cases,
                new Review(
                    bench.database,
                    new Review.Parts(
                        bench.cases,
                        bench.jobs,
                        bench.flow,
                        bench.work,
                        bench.audit,
                        bench.policies),
                    bench.clock),
                bench.policies,
                new PolicyProposals(bench.database, bench.policies, bench.audit, bench.clock),
                bench.audit,
                ledger,
                new DatasetCaseStore(bench.clock),
                new RescanPlan(
                    new ScanStore(bench.clock, ScanVersions.CURRENT),
                    bench.work,
                    600,
                    bench.clock)));
    port =
        LoopbackServer.start(
            bench.vertx,
            router -> {
              api.mount(router);
              Failures.mount(router);
            });
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  HttpResponse<String> get(String key, String path) {
    return send(request(key, path));
  }

  HttpResponse<String> put(String key, String path, byte[] body) {
    return send(request(key, path).PUT(BodyPublishers.ofByteArray(body)));
  }

  HttpResponse<String> post(String key, String path, String body) {
    return send(request(key, path).POST(BodyPublishers.ofString(body)));
  }

  /** An empty key sends none. */
  private HttpRequest.Builder request(String key, String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path));
    return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException("no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    http.close();
    bench.close();
  }
}
