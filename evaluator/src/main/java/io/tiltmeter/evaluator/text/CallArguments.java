package io.tiltmeter.evaluator.text;

import java.util.List;
import java.util.Map;

/**
 * The values that a call is given.
 *
 * @param what the callee's name, for messages
 */
record CallArguments(String what, List<Object> positional, Map<String, Object> named) {

  /** Refuses more than {@code most} positional arguments and any named one. */
  CallArguments plain(int least, int most) {
    if (positional.size() < least || positional.size() > most || !named.isEmpty()) {
      throw new TemplateException(
          "\"%s\" is called with other arguments than supported".formatted(what));
    }
    return this;
  }

  boolean isEmpty() {
    return positional.isEmpty();
  }

  Object get(int index) {
    return positional.get(index);
  }

  String text(int index) {
    if (positional.get(index) instanceof String text) {
      return text;
    }
    throw new TemplateException("\"%s\" needs text".formatted(what));
  }

  Object get(int index, Object absent) {
    return index < positional.size() ? positional.get(index) : absent;
  }
}
