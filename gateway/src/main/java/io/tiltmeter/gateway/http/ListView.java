package io.tiltmeter.gateway.http;

import java.util.List;
import java.util.function.Function;

/**
 * One page of a list, as the API writes it.
 *
 * @param hasMore whether there is another page after this one
 */
public record ListView<T>(String object, List<T> data, boolean hasMore) {

  public ListView {
    data = List.copyOf(data);
  }

  /**
   * A page of at most {@code limit} items.
   *
   * @param found what was found with a limit of one more, in order
   */
  public static <F, T> ListView<T> page(List<F> found, int limit, Function<F, T> view) {
    return new ListView<>(
        "list", found.stream().limit(limit).map(view).toList(), found.size() > limit);
  }
}
