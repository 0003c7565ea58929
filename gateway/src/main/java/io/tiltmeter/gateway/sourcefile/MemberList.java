package io.tiltmeter.gateway.sourcefile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The members of a mapping while it is read; a key given twice is reported and left out. */
final class MemberList {
  private final Issues issues;
  private final List<Node.Member> members = new ArrayList<>();
  private final Map<String, Place> places = new HashMap<>();

  MemberList(Issues issues) {
    this.issues = issues;
  }

  void add(Place place, String key, Node value) {
    Place first = places.putIfAbsent(key, place);
    if (first == null) {
      members.add(new Node.Member(place, key, value));
    } else {
      issues.add(
          place,
          "key %s is given twice, first on line %d; remove one"
              .formatted(Words.quote(key), first.line()));
    }
  }

  List<Node.Member> members() {
    return members;
  }
}
