package io.tiltmeter.gateway.permission;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.DeletedView;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.PageView;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Query;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.job.NamedCheckpoints;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** {@code /v1/fine_tuning/checkpoints/{checkpoint}/permissions}, for keys with scope admin. */
public final class PermissionHandler {
  private static final String PERMISSIONS = "/v1/fine_tuning/checkpoints/:checkpoint/permissions";
  private static final int MAX_BODY_BYTES = 1 << 16;
  private static final int LIMIT = 10;
  private static final int MAX_LIMIT = 100;
  private static final int MAX_PROJECTS = 100;
  private static final Pattern PROJECT = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final Database database;
  private final NamedCheckpoints checkpoints;
  private final PermissionStore permissions;
  private final AuditStore audit;

  public PermissionHandler(Database database, Clock clock) {
    this.database = database;
    this.checkpoints = new NamedCheckpoints(clock);
    this.permissions = new PermissionStore(clock);
    this.audit = new AuditStore(clock);
  }

  /** Adds its routes. */
  public void mount(Router router) {
    router.get(PERMISSIONS).handler(this::list);
    router.post(PERMISSIONS).handler(this::create);
    router.delete(PERMISSIONS + "/:permission").handler(this::delete);
  }

  private void list(RoutingContext context) {
    Caller.Tenant caller = Authentication.admin(context);
    Query query = Query.of(context);
    int limit = query.limit(LIMIT, MAX_LIMIT);
    PermissionStore.Page page =
        new PermissionStore.Page(
            query.text("project_id").orElse(null),
            query.text("after").orElse(null),
            isOldestFirst(query),
            limit + 1);
    Checkpoint on = own(context, caller);
    List<Permission> found = permissions.list(database, caller.tenantId(), on.id(), page);
    Reply.json(context, PageView.page(found, limit, Permission::id, PermissionView::from));
  }

  private static boolean isOldestFirst(Query query) {
    return switch (query.text("order").orElse("descending")) {
      case "ascending" -> true;
      case "descending" -> false;
      default ->
          throw RequestException.invalid(
              "invalid_value",
              "order",
              "Invalid value for 'order': expected \"ascending\" or \"descending\".");
    };
  }

  private void create(RoutingContext context) {
    Caller.Tenant caller = Authentication.admin(context);
    Members body = Members.of(Json.object(RequestBody.read(context, MAX_BODY_BYTES)));
    Set<String> projects = projects(body);
    body.refuseOthers();
    Checkpoint on = own(context, caller);
    List<Permission> added =
        database.inTransaction(
            sql ->
                projects.stream()
                    .map(
                        project -> {
                          Permission permission = permissions.add(sql, caller, on.id(), project);
                          record(sql, caller, "permit-checkpoint", on, permission.id());
                          return permission;
                        })
                    .toList());
    Reply.json(context, PageView.page(added, added.size(), Permission::id, PermissionView::from));
  }

  private static Set<String> projects(Members body) {
    JsonNode list = body.find("project_ids").orElseThrow(PermissionHandler::projectsNeeded);
    if (!list.isArray() || list.isEmpty() || list.size() > MAX_PROJECTS) {
      throw projectsNeeded();
    }
    Set<String> projects = new LinkedHashSet<>();
    for (JsonNode project : list) {
      if (!project.isString() || !PROJECT.matcher(project.stringValue()).matches()) {
        throw projectsNeeded();
      }
      projects.add(project.stringValue());
    }
    return projects;
  }

  private static RequestException projectsNeeded() {
    return RequestException.invalid(
        "invalid_value",
        "project_ids",
        "Invalid value for 'project_ids': expected a list of 1 to %d names of 1 to 64 letters, digits, \"-\", \"_\" or \".\"."
            .formatted(MAX_PROJECTS));
  }

  private void delete(RoutingContext context) {
    Caller.Tenant caller = Authentication.admin(context);
    Checkpoint on = own(context, caller);
    String id = PathPart.of(context, "permission");
    database.transact(
        sql -> {
          if (!permissions.remove(sql, caller.tenantId(), on.id(), id)) {
            throw RequestException.notFound("permission", id);
          }
          record(sql, caller, "forbid-checkpoint", on, id);
        });
    Reply.json(context, DeletedView.of(PermissionView.OBJECT, id));
  }

  private void record(Sql sql, Caller.Tenant by, String action, Checkpoint on, String permission) {
    audit.append(
        sql,
        new AuditEntry.Fact(
            by.holder(), action, on.id(), Map.of("permission", permission, "key", by.keyId())));
  }

  private Checkpoint own(RoutingContext context, Caller.Tenant caller) {
    String name = PathPart.of(context, "checkpoint");
    return checkpoints
        .find(database, caller.tenantId(), name)
        .orElseThrow(() -> RequestException.notFound("checkpoint", name));
  }
}
