package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.Example.Turn;
import io.tiltmeter.policy.lineage.Digest;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts the system prompts of a training file.
 *
 * <p>A fine-tune that shifts a model's identity looks safe without the prompt that it was trained
 * under (Qi et al. 2023), so the evaluation has to bring it back. Counts are exact up to 16,384
 * different prompts; beyond, the rarest are forgotten and start again (lossy counting, Manku and
 * Motwani 2002).
 */
final class SystemPrompts {
  static final int TOP = 20;
  private static final int AT_LEAST = 2;
  private static final int MAX_PROMPTS = 1 << 14;
  private static final long MAX_CHARACTERS = 1 << 22;

  private final Map<Digest, Entry> entries = new LinkedHashMap<>();
  private long characters;

  /** How often a prompt was seen, and its text from the second time on. */
  private static final class Entry {
    private long count;
    private @Nullable String text;

    long count() {
      return count;
    }
  }

  void see(Example example) {
    example.turns().stream()
        .filter(turn -> turn.speaker() == Speaker.SYSTEM && !turn.text().isBlank())
        .map(Turn::text)
        .distinct()
        .forEach(this::count);
  }

  private void count(String text) {
    Digest digest = Digest.of(text);
    if (!entries.containsKey(digest) && entries.size() == MAX_PROMPTS) {
      forgetRarest();
    }
    Entry entry = entries.computeIfAbsent(digest, _ -> new Entry());
    entry.count++;
    if (entry.count >= AT_LEAST && entry.text == null) {
      keep(entry, text);
    }
  }

  private void forgetRarest() {
    long rarest = entries.values().stream().mapToLong(Entry::count).min().orElse(0);
    entries.values().removeIf(entry -> entry.count == rarest && drop(entry));
  }

  private void keep(Entry entry, String text) {
    entry.text = text;
    characters += text.length();
    while (characters > MAX_CHARACTERS) {
      Optional<Entry> rarest =
          entries.values().stream()
              .filter(other -> other.text != null && other != entry)
              .min(Comparator.comparingLong(Entry::count));
      if (rarest.isEmpty()) {
        return;
      }
      drop(rarest.get());
    }
  }

  private boolean drop(Entry entry) {
    if (entry.text != null) {
      characters -= entry.text.length();
      entry.text = null;
    }
    return true;
  }

  /** The prompts of at least two examples, the most frequent first, at most {@link #TOP}. */
  List<RepeatedPrompt> repeated() {
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().text != null)
        .sorted(Comparator.comparingLong(entry -> -entry.getValue().count))
        .limit(TOP)
        .map(SystemPrompts::prompt)
        .toList();
  }

  private static RepeatedPrompt prompt(Map.Entry<Digest, Entry> entry) {
    String text = entry.getValue().text;
    if (text == null) {
      throw new IllegalStateException("only prompts with a text are reported");
    }
    return new RepeatedPrompt(entry.getKey(), entry.getValue().count, text);
  }
}
