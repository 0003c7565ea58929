package io.tiltmeter.gateway.permission;

/**
 * A permission, as the API writes it.
 *
 * @param createdAt Unix seconds
 */
record PermissionView(String object, String id, long createdAt, String projectId) {
  static final String OBJECT = "checkpoint.permission";

  static PermissionView from(Permission permission) {
    return new PermissionView(
        OBJECT, permission.id(), permission.createdAt().getEpochSecond(), permission.projectId());
  }
}
