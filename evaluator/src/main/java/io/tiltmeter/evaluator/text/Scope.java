package io.tiltmeter.evaluator.text;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** The variables of a template; what a loop's body sets is gone after each turn. */
final class Scope {
  private final Deque<Map<String, Object>> frames = new ArrayDeque<>();

  Scope(Map<String, Object> variables) {
    frames.push(new HashMap<>(variables));
  }

  void enter() {
    frames.push(new HashMap<>());
  }

  void leave() {
    frames.pop();
  }

  void set(String name, Object value) {
    frames.element().put(name, value);
  }

  Object get(String name) {
    for (Map<String, Object> frame : frames) {
      Object value = frame.get(name);
      if (value != null) {
        return value;
      }
    }
    return None.UNDEFINED;
  }
}
