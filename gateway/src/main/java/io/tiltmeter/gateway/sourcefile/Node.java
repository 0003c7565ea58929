package io.tiltmeter.gateway.sourcefile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A value in a YAML or JSON file, with its place. */
public sealed interface Node {

  /** Where the value begins. */
  Place place();

  /** What the value is, in the words of an error message. */
  String kind();

  /** The value as maps, lists, strings, numbers, booleans and null, in file order. */
  @Nullable Object toPlain();

  /** A mapping; keys are unique, in file order. */
  record Members(Place place, List<Member> members) implements Node {
    public Members {
      members = List.copyOf(members);
    }

    /** The member with this key. */
    public Optional<Member> find(String key) {
      return members.stream().filter(member -> member.key().equals(key)).findFirst();
    }

    @Override
    public String kind() {
      return "a mapping";
    }

    @Override
    public Map<String, @Nullable Object> toPlain() {
      Map<String, @Nullable Object> plain = new LinkedHashMap<>();
      members.forEach(member -> plain.put(member.key(), member.value().toPlain()));
      return plain;
    }
  }

  /**
   * One key and its value.
   *
   * @param place of the key
   */
  record Member(Place place, String key, Node value) {}

  /** A list. */
  record Items(Place place, List<Node> items) implements Node {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list";
    }

    @Override
    public List<@Nullable Object> toPlain() {
      List<@Nullable Object> plain = new ArrayList<>();
      items.forEach(item -> plain.add(item.toPlain()));
      return plain;
    }
  }

  /**
   * Text.
   *
   * @param body where the first character of the text itself stands, after quotes or {@code |}
   */
  record Text(Place place, Place body, String value) implements Node {
    @Override
    public String kind() {
      return "text";
    }

    @Override
    public String toPlain() {
      return value;
    }
  }

  /**
   * A number.
   *
   * @param value a {@link Long} where the file has an integer that fits, else a {@link Double}
   */
  record Numeric(Place place, Number value) implements Node {
    @Override
    public String kind() {
      return value instanceof Long ? "an integer" : "a number";
    }

    @Override
    public Number toPlain() {
      return value;
    }
  }

  /** True or false. */
  record Truth(Place place, boolean value) implements Node {
    @Override
    public String kind() {
      return "true or false";
    }

    @Override
    public Boolean toPlain() {
      return value;
    }
  }

  /** Null, or a key without a value. */
  record Nothing(Place place) implements Node {
    @Override
    public String kind() {
      return "nothing";
    }

    @Override
    public @Nullable Object toPlain() {
      return null;
    }
  }

  /** A value that could not be read and has been reported, so that no reader reports it again. */
  record Broken(Place place) implements Node {
    @Override
    public String kind() {
      return "an unreadable value";
    }

    @Override
    public @Nullable Object toPlain() {
      return null;
    }
  }
}
