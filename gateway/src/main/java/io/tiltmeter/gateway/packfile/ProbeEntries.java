package io.tiltmeter.gateway.packfile;

import io.tiltmeter.gateway.packfile.ProbeEntry.Located;
import io.tiltmeter.gateway.sourcefile.Issues;
import io.tiltmeter.gateway.sourcefile.Node;
import io.tiltmeter.gateway.sourcefile.Words;
import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All probes of a pack, with the rules that hold between them. */
final class ProbeEntries {
  private final List<ProbeEntry> entries;
  private final Issues issues;

  private ProbeEntries(List<ProbeEntry> entries, Issues issues) {
    this.entries = entries;
    this.issues = issues;
  }

  /** Reads the probes and reports what is wrong with each and between them. */
  static ProbeEntries read(List<Node> nodes, Issues issues) {
    List<Optional<ProbeEntry>> read =
        nodes.stream().map(node -> ProbeReader.read(node, issues)).toList();
    ProbeEntries all = new ProbeEntries(read.stream().flatMap(Optional::stream).toList(), issues);
    all.checkIds();
    all.checkBehaviours();
    all.checkMessages();
    // An unreadable probe may be the one that a twin names.
    if (all.entries.size() == nodes.size()) {
      all.checkTwins();
    }
    return all;
  }

  /** The probes that are right by themselves, in file order. */
  List<Probe> probes() {
    return entries.stream().flatMap(entry -> Stream.ofNullable(entry.probe())).toList();
  }

  private void checkIds() {
    Map<String, Located> first = new HashMap<>();
    for (ProbeEntry entry : entries) {
      Located id = entry.id();
      Located before = id == null ? null : first.putIfAbsent(id.text(), id);
      if (id != null && before != null) {
        issues.add(
            id.place(),
            "id %s is taken by the probe on line %d; ids are unique in a pack"
                .formatted(Words.quote(id.text()), before.place().line()));
      }
    }
  }

  private void checkBehaviours() {
    Map<String, ProbeEntry> first = new HashMap<>();
    for (ProbeEntry entry : entries) {
      Located behaviour = entry.behaviour();
      ProbeEntry before = behaviour == null ? null : first.putIfAbsent(behaviour.text(), entry);
      if (behaviour != null && before != null) {
        checkSame(behaviour, before, entry);
      }
    }
  }

  private void checkSame(Located behaviour, ProbeEntry before, ProbeEntry entry) {
    mixing(before.kind(), entry.kind(), behaviour, "kinds", before);
    mixing(before.category(), entry.category(), behaviour, "categories", before);
    mixing(textOf(before.twinOf()), textOf(entry.twinOf()), behaviour, "twins", before);
  }

  private static @Nullable String textOf(@Nullable Located located) {
    return located == null ? null : located.text();
  }

  private void mixing(
      @Nullable Object first,
      @Nullable Object second,
      Located behaviour,
      String what,
      ProbeEntry before) {
    if (first != null && second != null && !Objects.equals(first, second)) {
      issues.add(
          behaviour.place(),
          "behaviour %s mixes %s: %s here, %s on line %d; paraphrases share them"
              .formatted(
                  Words.quote(behaviour.text()),
                  what,
                  shown(second),
                  shown(first),
                  before.place().line()));
    }
  }

  private static String shown(Object value) {
    return value instanceof ProbeKind kind ? kind.wireName() : Words.quote(value.toString());
  }

  /** One request under two names would count as two, and prove twice as much as it shows. */
  private void checkMessages() {
    record Asked(ProbeKind kind, List<Message> messages) {}
    Map<Asked, ProbeEntry> first = new HashMap<>();
    for (ProbeEntry entry : entries) {
      Probe probe = entry.probe();
      if (probe == null) {
        continue;
      }
      List<Message> messages = probe.messages().stream().map(ProbeEntries::folded).toList();
      ProbeEntry before = first.putIfAbsent(new Asked(probe.kind(), messages), entry);
      Located behaviour = before == null ? null : before.behaviour();
      if (before != null && behaviour != null && !behaviour.text().equals(probe.behaviour())) {
        issues.add(
            entry.place(),
            "the probe asks what the one on line %d asks, of behaviour %s; one request is one behaviour, name it so or remove one"
                .formatted(before.place().line(), Words.quote(behaviour.text())));
      }
    }
  }

  /** Neither case nor spaces make another request. */
  private static Message folded(Message message) {
    String content = message.content().strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    return new Message(message.role(), content);
  }

  private void checkTwins() {
    Set<String> harmful = new LinkedHashSet<>();
    for (ProbeEntry entry : entries) {
      if (entry.kind() != ProbeKind.BENIGN_TWIN && entry.kind() != ProbeKind.TASK) {
        Optional.ofNullable(textOf(entry.behaviour())).ifPresent(harmful::add);
      }
    }
    for (ProbeEntry entry : entries) {
      Located twinOf = entry.twinOf();
      if (twinOf != null && !harmful.contains(twinOf.text())) {
        issues.add(twinOf.place(), unknownTwin(twinOf.text(), harmful));
      }
    }
  }

  private static String unknownTwin(String name, Set<String> harmful) {
    String hint =
        harmful.isEmpty()
            ? "the pack has no harmful probes"
            : "the nearest is " + Words.quote(Words.nearest(name, harmful));
    return "\"twin_of\" names %s, which no harmful probe has as its behaviour; %s"
        .formatted(Words.quote(name), hint);
  }
}
