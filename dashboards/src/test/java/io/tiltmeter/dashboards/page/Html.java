package io.tiltmeter.dashboards.page;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A document as its tags, for tests; knows just enough of HTML for what our templates write. */
final class Html {
  private static final Pattern TAG =
      Pattern.compile("<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\\s+[^\\s=>/]+(?:=\"[^\"]*\")?)*)\\s*(/?)>");
  private static final Pattern ATTRIBUTE = Pattern.compile("([^\\s=>/]+)(?:=\"([^\"]*)\")?");
  private static final Set<String> VOID = Set.of("meta", "link", "input", "br", "hr", "img");

  private static final Set<String> INLINE =
      Set.of("a", "abbr", "bdi", "code", "small", "span", "strong", "time");

  /** A start tag with what comes after it. */
  record Tag(String name, Map<String, String> attributes, String text, List<String> ancestors) {
    String attribute(String key) {
      return attributes.getOrDefault(key, "");
    }

    boolean has(String key) {
      return attributes.containsKey(key);
    }
  }

  private final String source;
  private final List<Tag> tags = new ArrayList<>();

  private Html(String source) {
    this.source = source;
    read();
  }

  /**
   * Reads a document.
   *
   * @throws IllegalStateException if tags are not nested
   */
  static Html of(String source) {
    return new Html(source);
  }

  List<Tag> tags() {
    return tags;
  }

  Stream<Tag> all(String name) {
    return tags.stream().filter(tag -> tag.name().equals(name));
  }

  List<String> ids() {
    return tags.stream().filter(tag -> tag.has("id")).map(tag -> tag.attribute("id")).toList();
  }

  /** What is left of the document without its tags, white space joined. */
  String text() {
    return TAG.matcher(source)
        .replaceAll(match -> INLINE.contains(match.group(2)) ? "" : " ")
        .replaceAll("\\s+", " ");
  }

  private void read() {
    Deque<String> open = new ArrayDeque<>();
    Matcher matcher = TAG.matcher(source);
    while (matcher.find()) {
      String name = matcher.group(2);
      if (matcher.group(1).isEmpty()) {
        tags.add(tag(matcher, List.copyOf(open)));
        if (!VOID.contains(name) && matcher.group(4).isEmpty()) {
          open.push(name);
        }
      } else if (!name.equals(open.poll())) {
        throw new IllegalStateException(
            "</%s> closes nothing at %d".formatted(name, matcher.start()));
      }
    }
    if (!open.isEmpty()) {
      throw new IllegalStateException("left open: " + open);
    }
  }

  private Tag tag(Matcher matcher, List<String> ancestors) {
    Map<String, String> attributes = new LinkedHashMap<>();
    Matcher attribute = ATTRIBUTE.matcher(matcher.group(3));
    while (attribute.find()) {
      String value = attribute.group(2);
      attributes.put(attribute.group(1), value == null ? "" : value);
    }
    int next = source.indexOf('<', matcher.end());
    String text = source.substring(matcher.end(), next < 0 ? source.length() : next);
    return new Tag(matcher.group(2), attributes, text, ancestors);
  }
}
