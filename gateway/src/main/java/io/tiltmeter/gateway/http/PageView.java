package io.tiltmeter.gateway.http;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list that names its ends, as the API writes it.
 *
 * @param firstId null on an empty page
 * @param lastId null on an empty page; given as {@code after}, it asks for the next one
 * @param hasMore whether there is another page after this one
 */
public record PageView<T>(
    String object,
    List<T> data,
    @Nullable String firstId,
    @Nullable String lastId,
    boolean hasMore) {

  public PageView {
    data = List.copyOf(data);
  }

  /**
   * A page of at most {@code limit} items.
   *
   * @param found what was found with a limit of one more, in order
   */
  public static <F, T> PageView<T> page(
      List<F> found, int limit, Function<F, String> id, Function<F, T> view) {
    List<F> shown = found.stream().limit(limit).toList();
    return new PageView<>(
        "list",
        shown.stream().map(view).toList(),
        shown.isEmpty() ? null : id.apply(shown.getFirst()),
        shown.isEmpty() ? null : id.apply(shown.getLast()),
        found.size() > limit);
  }
}
