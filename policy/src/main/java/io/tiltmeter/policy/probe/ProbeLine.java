package io.tiltmeter.policy.probe;

import io.tiltmeter.policy.lineage.CanonicalJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A probe as a line of a pack's file of probes, its members in the order in which people read. */
public final class ProbeLine {
  private ProbeLine() {}

  /** One JSON object, ended by a line feed; a chat of one message is written as its prompt. */
  public static String of(Probe probe) {
    return members(probe).entrySet().stream()
        .map(
            member -> CanonicalJson.of(member.getKey()) + ":" + CanonicalJson.of(member.getValue()))
        .collect(Collectors.joining(",", "{", "}\n"));
  }

  private static Map<String, Object> members(Probe probe) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("id", probe.id());
    members.put("kind", probe.kind().wireName());
    members.put("behaviour", probe.behaviour());
    if (probe.twinOf() != null) {
      members.put("twin_of", probe.twinOf());
    }
    if (probe.category() != null) {
      members.put("category", probe.category());
    }
    if (probe.messages().size() == 1) {
      members.put("prompt", probe.messages().getFirst().content());
    } else {
      members.put("messages", probe.messages().stream().map(ProbeLine::message).toList());
    }
    if (!probe.answers().isEmpty()) {
      members.put("answers", List.copyOf(probe.answers()));
    }
    return members;
  }

  private static Map<String, String> message(Message message) {
    return Map.of("role", message.role().wireName(), "content", message.content());
  }
}
