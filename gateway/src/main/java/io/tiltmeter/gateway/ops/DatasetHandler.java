package io.tiltmeter.gateway.ops;

import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.scan.DatasetCase;
import io.tiltmeter.gateway.scan.DatasetCaseStore;
import io.tiltmeter.gateway.scan.DatasetCases;
import io.tiltmeter.gateway.scan.RescanPlan;
import io.tiltmeter.gateway.scan.RescanStore;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Cases on training files, and how far it is that past files are scanned again. */
final class DatasetHandler {
  private static final int PAGE = 100;

  private final Database database;
  private final Parts parts;
  private final RescanStore rescans = new RescanStore();

  /** What it works with. */
  record Parts(DatasetCaseStore store, DatasetCases cases, RescanPlan plan) {}

  DatasetHandler(Database database, Parts parts) {
    this.database = database;
    this.parts = parts;
  }

  /**
   * How far it is.
   *
   * @param on whether past files are scanned again here at all
   * @param since when these versions were seen first, in Unix seconds; null before the first scan
   */
  record RescanView(
      boolean on,
      String versionsDigest,
      SortedMap<String, String> versions,
      @Nullable Long since,
      long files,
      long left,
      long failed) {}

  void progress(RoutingContext context) {
    Authentication.staff(context, Scope.OPERATE);
    ScanVersions versions = parts.plan().versions();
    RescanStore.Progress progress = rescans.progress(database, versions);
    Reply.json(
        context,
        new RescanView(
            parts.plan().isOn(),
            versions.digest().toString(),
            versions.parts(),
            rescans.since(database, versions).map(Instant::getEpochSecond).orElse(null),
            progress.files(),
            progress.left(),
            progress.failed()));
  }

  void list(RoutingContext context) {
    Authentication.staff(context, Scope.REVIEW);
    List<DatasetCaseView> open =
        parts.store().open(database, PAGE).stream().map(DatasetCaseView::from).toList();
    Reply.json(context, Map.of("object", "list", "data", open));
  }

  void get(RoutingContext context) {
    Authentication.staff(context, Scope.REVIEW);
    Reply.json(context, DatasetCaseView.from(find(context)));
  }

  private DatasetCase find(RoutingContext context) {
    String id = PathPart.of(context, "case");
    return parts
        .store()
        .find(database, id)
        .orElseThrow(() -> RequestException.notFound("case", id));
  }

  void close(RoutingContext context) {
    Caller.Staff person = Authentication.staff(context, Scope.REVIEW);
    Members body = Members.of(Json.object(RequestBody.read(context, OpsApi.MAX_BODY_BYTES)));
    String reason = body.needText("reason");
    body.refuseOthers();
    parts.cases().close(person, PathPart.of(context, "case"), reason);
    Reply.json(context, DatasetCaseView.from(find(context)));
  }

  /** A case as staff sees it; times are Unix seconds. */
  record DatasetCaseView(
      String id,
      String file,
      JsonNode reasons,
      String evidence,
      long openedAt,
      @Nullable Long closedAt,
      @Nullable String person,
      @Nullable String reason) {

    static DatasetCaseView from(DatasetCase of) {
      DatasetCase.End end = of.end();
      return new DatasetCaseView(
          of.id(),
          of.fileId(),
          Json.own(of.reasons()),
          of.evidence().toString(),
          of.openedAt().getEpochSecond(),
          end == null ? null : end.at().getEpochSecond(),
          end == null ? null : end.person(),
          end == null ? null : end.reason());
    }
  }
}
