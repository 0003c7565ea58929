package io.tiltmeter.gateway.hub;

import io.tiltmeter.gateway.sourcefile.Words;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One commit of a model on a hub, written {@code hf://organisation/name@commit}.
 *
 * @param commit 40 lower-case hexadecimal digits
 */
public record HubModel(String organisation, String name, String commit) {
  private static final String SCHEME = "hf://";
  private static final String PART = "[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.)){0,95}";
  private static final Pattern SOURCE = Pattern.compile(SCHEME + "(" + PART + ")/(" + PART + ")");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  public HubModel {
    if (!isCommit(commit)) {
      throw new IllegalArgumentException(
          "a hub's model needs a commit of 40 hexadecimal digits, got " + Words.quote(commit));
    }
  }

  /** Whether a source names a model on a hub. */
  public static boolean isHub(String source) {
    return source.startsWith(SCHEME);
  }

  /** Whether this names a commit, which cannot move, and not a branch, a tag or a short form. */
  public static boolean isCommit(String revision) {
    return COMMIT.matcher(revision).matches();
  }

  /**
   * The model that a source names.
   *
   * @throws HubException if it is not {@code hf://organisation/name}
   */
  public static HubModel of(String source, String commit) {
    Matcher parts = SOURCE.matcher(source);
    if (!parts.matches()) {
      throw new HubException(
          "expected a model as hf://organisation/name, found %s".formatted(Words.quote(source)));
    }
    return new HubModel(parts.group(1), parts.group(2), commit);
  }

  String path() {
    return organisation + "/" + name;
  }

  @Override
  public String toString() {
    return SCHEME + path() + "@" + commit;
  }
}
