package io.tiltmeter.gateway.sourcefile;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A seeded change to the keys or types of a tree: a member removed, renamed or replaced. */
public final class TreeMutation {
  /** What a renamed key gets at its end. */
  public static final String TYPO = "x";

  // Text in these members must fit the rest of the file, which no schema can say.
  private static final Set<String> MEANINGFUL =
      Set.of("when", "twin_of", "behaviour", "category", "probes");
  private static final String WORD = "word";

  private final Random random;

  public TreeMutation(long seed) {
    this.random = new Random(seed);
  }

  /** A copy of the tree with one change. */
  public Object apply(Object tree) {
    Object copy = Objects.requireNonNull(copy(tree));
    List<Runnable> changes = new ArrayList<>();
    collect(copy, changes);
    changes.get(random.nextInt(changes.size())).run();
    return copy;
  }

  private void collect(@Nullable Object node, List<Runnable> changes) {
    switch (node) {
      case Map<?, ?> map -> members(asMap(map), changes);
      case List<?> list -> items(asList(list), changes);
      case null, default -> {}
    }
  }

  private void members(Map<String, @Nullable Object> map, List<Runnable> changes) {
    for (String key : List.copyOf(map.keySet())) {
      changes.add(() -> map.remove(key));
      changes.add(() -> map.put(key + TYPO, map.remove(key)));
      replacements(!MEANINGFUL.contains(key), value -> map.put(key, value), changes);
      collect(map.get(key), changes);
    }
  }

  private void items(List<@Nullable Object> list, List<Runnable> changes) {
    for (int i = 0; i < list.size(); i++) {
      int index = i;
      replacements(true, value -> list.set(index, value), changes);
      collect(list.get(index), changes);
    }
  }

  private static void replacements(
      boolean words, Consumer<@Nullable Object> put, List<Runnable> changes) {
    for (Object value : List.of(5L, 0.25, 7.5, true, "", List.of(), Map.of())) {
      changes.add(() -> put.accept(value));
    }
    changes.add(() -> put.accept(null));
    if (words) {
      changes.add(() -> put.accept(WORD));
    }
  }

  private static @Nullable Object copy(@Nullable Object node) {
    return switch (node) {
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        asMap(map).forEach((key, value) -> copy.put(key, copy(value)));
        yield copy;
      }
      case Collection<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        list.forEach(item -> copy.add(copy(item)));
        yield copy;
      }
      case null -> null;
      default -> node;
    };
  }

  @SuppressWarnings("unchecked") // every map of these trees has text keys
  private static Map<String, @Nullable Object> asMap(Map<?, ?> map) {
    return (Map<String, @Nullable Object>) map;
  }

  @SuppressWarnings("unchecked") // only copies made here are changed
  private static List<@Nullable Object> asList(List<?> list) {
    return (List<@Nullable Object>) list;
  }
}
