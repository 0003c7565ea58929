package io.tiltmeter.gateway.http;

/** What the API answers when something was deleted. */
public record DeletedView(String id, String object, boolean deleted) {

  /** This thing is gone. */
  public static DeletedView of(String object, String id) {
    return new DeletedView(id, object, true);
  }
}
