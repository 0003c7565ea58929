package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.key.ApiKey;
import io.tiltmeter.gateway.key.Scope;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** What is printed of a new key, this once. */
record IssuedView(
    String id, String key, @Nullable String tenant, List<String> scopes, @Nullable Long expiresAt) {

  private static IssuedView of(ApiKey.Issued issued) {
    ApiKey key = issued.key();
    return new IssuedView(
        key.id(),
        issued.secret(),
        key.kind() == ApiKey.Kind.TENANT ? key.holder() : null,
        names(key.scopes()),
        KeyView.seconds(key.expiresAt()));
  }

  static List<String> names(Set<Scope> scopes) {
    return scopes.stream().map(Scope::wireName).sorted().toList();
  }

  /** Prints the key alone, or with what is known of it as JSON. */
  static void print(CommandSpec spec, CommonOptions common, ApiKey.Issued issued) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(common.json() ? Json.line(of(issued)) : issued.secret());
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    err.println("key %s: keep it now, it is not shown again".formatted(issued.key().id()));
    err.flush();
  }

  @Override
  public String toString() {
    return "IssuedView[%s]".formatted(id);
  }
}
