package io.tiltmeter.gateway.key;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.http.RequestException;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out who calls, from {@code Authorization: Bearer}. */
public final class Authentication {
  private static final String BEARER = "Bearer ";
  private static final String CALLER = "tiltmeter.caller";
  private static final int HINT_LETTERS = 4;

  private final Database database;
  private final KeyStore keys;

  public Authentication(Database database, KeyStore keys) {
    this.database = database;
    this.keys = keys;
  }

  /** Lets a request on if its key is good, and refuses it with 401 otherwise. */
  public void handle(RoutingContext context) {
    context.put(CALLER, caller(context.request().getHeader("authorization")));
    context.next();
  }

  private Caller caller(@Nullable String header) {
    if (header == null || !header.startsWith(BEARER)) {
      throw unauthorized(
          "You didn't provide an API key; send it as \"Authorization: Bearer KEY\".");
    }
    String secret = header.substring(BEARER.length()).strip();
    return find(secret)
        .orElseThrow(
            () ->
                unauthorized(
                    "Incorrect API key provided: …%s; it is unknown, expired or revoked."
                        .formatted(hint(secret))));
  }

  /** Whom this key belongs to, if it is good. */
  public Optional<Caller> find(String secret) {
    return keys.find(database, secret);
  }

  private static String hint(String secret) {
    String letters = secret.replaceAll("[^A-Za-z0-9-]", "?");
    return letters.length() <= 2 * HINT_LETTERS
        ? ""
        : letters.substring(letters.length() - HINT_LETTERS);
  }

  private static RequestException unauthorized(String message) {
    return new RequestException(401, "invalid_api_key", null, message);
  }

  /** Whoever calls, once the key was found good. */
  public static Optional<Caller> caller(RoutingContext context) {
    return Optional.ofNullable(context.get(CALLER));
  }

  /**
   * The customer who calls, with a project key.
   *
   * @throws RequestException with status 403 if it is no customer, or its key is no project key
   */
  public static Caller.Tenant tenant(RoutingContext context) {
    return tenant(context, Scope.FINE_TUNE);
  }

  /**
   * The customer who calls, with an admin key.
   *
   * @throws RequestException with status 403 if it is no customer, or its key is no admin key
   */
  public static Caller.Tenant admin(RoutingContext context) {
    return tenant(context, Scope.ADMIN);
  }

  private static Caller.Tenant tenant(RoutingContext context, Scope scope) {
    if (context.get(CALLER) instanceof Caller.Tenant tenant && tenant.scopes().contains(scope)) {
      return tenant;
    }
    throw forbidden("a customer's key with scope \"%s\"".formatted(scope.wireName()));
  }

  /**
   * The person of the staff who calls.
   *
   * @param anyOf scopes of which the person needs one
   * @throws RequestException with status 403 if it is nobody with such a scope
   */
  public static Caller.Staff staff(RoutingContext context, Scope... anyOf) {
    List<Scope> scopes = List.of(anyOf);
    if (context.get(CALLER) instanceof Caller.Staff staff
        && scopes.stream().anyMatch(staff.scopes()::contains)) {
      return staff;
    }
    throw forbidden(
        scopes.stream()
            .map(scope -> "\"%s\"".formatted(scope.wireName()))
            .collect(Collectors.joining(" or ", "a staff key with scope ", "")));
  }

  /**
   * The trainer who calls.
   *
   * @throws RequestException with status 403 if it is none
   */
  public static Caller.Trainer trainer(RoutingContext context) {
    if (context.get(CALLER) instanceof Caller.Trainer trainer) {
      return trainer;
    }
    throw forbidden("a trainer's key with scope \"train\"");
  }

  private static RequestException forbidden(String expected) {
    return new RequestException(
        403, "insufficient_permissions", null, "This needs %s.".formatted(expected));
  }
}
