package io.tiltmeter.dashboards.asset;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The static files that pages refer to, by name; immutable. */
public final class Assets {
  /** Where they are served. */
  public static final String PATH = "/assets/";

  private static final Map<String, String> CONTENT_TYPES =
      Map.of(
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private static final String[] NAMES = {
    "tokens.css",
    "app.css",
    "job.css",
    "chart.css",
    "print.css",
    "live.js",
    "theme.js",
    "favicon.svg"
  };

  private final Map<String, Asset> byName;

  private Assets(Map<String, Asset> byName) {
    this.byName = byName;
  }

  /**
   * Reads all files from the class path.
   *
   * @throws UncheckedIOException if one cannot be read
   */
  public static Assets load() {
    Map<String, Asset> byName = new LinkedHashMap<>();
    for (String name : NAMES) {
      byName.put(name, new Asset(name, contentType(name), read(name)));
    }
    return new Assets(byName);
  }

  /** The file of this name, if there is one; no name leads outside. */
  public Optional<Asset> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** All files. */
  public Collection<Asset> all() {
    return byName.values();
  }

  /**
   * The address of a file that a template refers to.
   *
   * @throws IllegalArgumentException if there is no such file
   */
  public String href(String name) {
    return known(name).href();
  }

  /**
   * The content of a file that a template takes in.
   *
   * @throws IllegalArgumentException if there is no such file
   */
  public String inline(String name) {
    return known(name).inline();
  }

  private Asset known(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no asset \"%s\"; there are %s".formatted(name, byName.keySet())));
  }

  private static String contentType(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return Optional.ofNullable(CONTENT_TYPES.get(extension))
        .orElseThrow(() -> new IllegalStateException("no content type for asset " + name));
  }

  private static byte[] read(String name) {
    try (InputStream stream = Assets.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IOException("asset %s is not on the class path".formatted(name));
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
