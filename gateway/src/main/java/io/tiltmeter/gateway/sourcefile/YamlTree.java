package io.tiltmeter.gateway.sourcefile;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/**
 * Builds the tree of one document from parse events.
 *
 * <p>Anchors are refused rather than limited: without them a tree is never larger than its file.
 */
final class YamlTree {
  private static final int MAX_DEPTH = 32;

  private final Iterator<Event> events;
  private final YamlScalar scalars;
  private final Issues issues;
  private int depth;

  YamlTree(Iterator<Event> events, String text, Issues issues) {
    this.events = events;
    this.scalars = new YamlScalar(text);
    this.issues = issues;
  }

  Node document() {
    skip(Event.ID.StreamStart);
    Event first = events.next();
    if (first.getEventId() != Event.ID.DocumentStart) {
      issues.add(Place.START, "file is empty; expected a mapping that begins with \"schema\"");
      return new Node.Broken(Place.START);
    }
    Node root = node(events.next());
    skip(Event.ID.DocumentEnd);
    Event last = events.next();
    if (last.getEventId() != Event.ID.StreamEnd) {
      issues.add(placeOf(last), "a second document begins here; expected one document a file");
    }
    return root;
  }

  private void skip(Event.ID expected) {
    Event event = events.next();
    if (event.getEventId() != expected) {
      throw new IllegalStateException("expected %s, got %s".formatted(expected, event));
    }
  }

  private Node node(Event event) {
    refuseAnchor(event);
    return switch (event) {
      case AliasEvent alias -> refused(alias, "aliases are not accepted; write the value out");
      case ScalarEvent scalar when scalar.getTag().isPresent() -> refusedTag(scalar);
      case ScalarEvent scalar -> scalars.node(scalar);
      case CollectionStartEvent start -> collection(start);
      default -> throw new IllegalStateException("unexpected event %s".formatted(event));
    };
  }

  private void refuseAnchor(Event event) {
    if (event instanceof NodeEvent node
        && !(event instanceof AliasEvent)
        && node.getAnchor().isPresent()) {
      issues.add(placeOf(event), "anchors are not accepted; write the value out where it is used");
    }
  }

  private Node refusedTag(NodeEvent event) {
    return refused(event, "tags are not accepted; write the plain value");
  }

  private Node refused(NodeEvent event, String message) {
    issues.add(placeOf(event), message);
    return new Node.Broken(placeOf(event));
  }

  private Node collection(CollectionStartEvent start) {
    if (depth == MAX_DEPTH) {
      skipRest();
      return refused(start, "nested deeper than %d levels".formatted(MAX_DEPTH));
    }
    depth++;
    Node node = start instanceof MappingStartEvent ? mapping(start) : sequence(start);
    depth--;
    return start.getTag().isPresent() ? refusedTag(start) : node;
  }

  private void skipRest() {
    int open = 1;
    while (open > 0) {
      Event event = events.next();
      open += event instanceof CollectionStartEvent ? 1 : 0;
      open -= event instanceof CollectionEndEvent ? 1 : 0;
    }
  }

  private Node sequence(CollectionStartEvent start) {
    List<Node> items = new ArrayList<>();
    for (Event e = events.next(); !(e instanceof CollectionEndEvent); e = events.next()) {
      items.add(node(e));
    }
    return new Node.Items(placeOf(start), items);
  }

  private Node mapping(CollectionStartEvent start) {
    MemberList members = new MemberList(issues);
    for (Event e = events.next(); !(e instanceof CollectionEndEvent); e = events.next()) {
      Node key = node(e);
      Node value = node(events.next());
      if (e instanceof ScalarEvent scalar) {
        members.add(key.place(), scalar.getValue(), value);
      } else if (!(key instanceof Node.Broken)) {
        issues.add(key.place(), "keys must be text, got %s".formatted(key.kind()));
      }
    }
    return new Node.Members(placeOf(start), members.members());
  }

  private static Place placeOf(Event event) {
    return YamlFile.placeOf(event.getStartMark());
  }
}
