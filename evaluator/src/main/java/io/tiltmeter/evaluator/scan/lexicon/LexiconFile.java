package io.tiltmeter.evaluator.scan.lexicon;

import io.tiltmeter.evaluator.scan.lexicon.Lexicon.Node;
import io.tiltmeter.evaluator.scan.lexicon.Lexicon.Rule;
import io.tiltmeter.evaluator.scan.lexicon.Lexicon.Veto;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a lexicon: one directive a line, {@code #} begins a comment.
 *
 * <pre>
 * set NAME = phrase | phrase | @OTHER     phrases of a set, or all of an earlier set's; may go on
 * rule NAME WEIGHT = SET SET +12 SET      sets in order, at most 6 words apart, or as +N says
 * rule! NAME WEIGHT = ...                 the same, which no veto touches
 * require SET                             only sentences that hold the set count
 * veto SET / veto SET unless SET          undoes the hits of its sentence
 * </pre>
 */
final class LexiconFile {
  private static final int GAP = 6;
  private static final int NONE = -1;

  private final Map<String, Integer> names = new HashMap<>();
  private final List<List<String>> phrases = new ArrayList<>();
  private final List<Rule> rules = new ArrayList<>();
  private final List<Veto> vetoes = new ArrayList<>();
  private final Node root = new Node();
  private int required = NONE;
  private int longest;

  /** Lines that name sets: understood once all sets are known. */
  private final List<Runnable> references = new ArrayList<>();

  private LexiconFile() {}

  static LexiconFile read(Class<?> owner, String resource) {
    var file = new LexiconFile();
    try (InputStream in = owner.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("resource %s is missing".formatted(resource));
      }
      var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      reader.lines().map(String::strip).forEach(file::line);
      file.references.forEach(Runnable::run);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  List<Rule> rules() {
    return rules;
  }

  List<Veto> vetoes() {
    return vetoes;
  }

  Node root() {
    return root;
  }

  int sets() {
    return phrases.size();
  }

  int longest() {
    return longest;
  }

  int required() {
    return required;
  }

  private void line(String line) {
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    String[] words = line.split(" ", 2);
    switch (words[0]) {
      case "set" -> set(words[1]);
      case "rule" -> references.add(() -> rule(words[1], false));
      case "rule!" -> references.add(() -> rule(words[1], true));
      case "require" -> references.add(() -> required = known(words[1]));
      case "veto" -> references.add(() -> veto(words[1].split(" unless ", 2)));
      default -> throw new IllegalStateException("lexicon line not understood: " + line);
    }
  }

  private void set(String text) {
    String[] sides = text.split(" = ", 2);
    int set = names.computeIfAbsent(sides[0].strip(), _ -> phrases.size());
    if (set == phrases.size()) {
      phrases.add(new ArrayList<>());
    }
    for (String item : sides[1].split("\\|", -1)) {
      String phrase = item.strip();
      if (phrase.startsWith("@")) {
        List.copyOf(phrases.get(known(phrase.substring(1)))).forEach(each -> add(set, each));
      } else {
        add(set, phrase);
      }
    }
  }

  private void add(int set, String phrase) {
    phrases.get(set).add(phrase);
    Node node = root;
    String rest = phrase;
    if (phrase.startsWith(Lexicon.START)) {
      node = node.next.computeIfAbsent(Lexicon.START, _ -> new Node());
      rest = phrase.substring(1);
    }
    var stems = new ArrayList<String>();
    Words.walk(
        rest,
        new Words.Sink() {
          @Override
          public void word(String stem) {
            stems.add(stem);
          }

          @Override
          public void sentenceEnd() {}
        });
    for (String stem : stems) {
      node = node.next.computeIfAbsent(stem, _ -> new Node());
    }
    longest = Math.max(longest, stems.size());
    if (Arrays.stream(node.sets).noneMatch(other -> other == set)) {
      node.sets = Arrays.copyOf(node.sets, node.sets.length + 1);
      node.sets[node.sets.length - 1] = set;
    }
  }

  private void rule(String text, boolean always) {
    String[] sides = text.split(" = ", 2);
    String[] head = sides[0].strip().split(" ", 2);
    List<Integer> sets = new ArrayList<>();
    List<Integer> gaps = new ArrayList<>();
    int gap = GAP;
    for (String item : sides[1].strip().split(" ", -1)) {
      if (item.startsWith("+")) {
        gap = Integer.parseInt(item.substring(1));
      } else {
        sets.add(known(item));
        gaps.add(gap);
        gap = GAP;
      }
    }
    rules.add(new Rule(head[0], Double.parseDouble(head[1]), sets, gaps, always));
  }

  private void veto(String[] sides) {
    vetoes.add(new Veto(known(sides[0]), sides.length == 1 ? NONE : known(sides[1])));
  }

  private int known(String name) {
    Integer set = names.get(name.strip());
    if (set == null) {
      throw new IllegalStateException("lexicon names a set that is not there: " + name);
    }
    return set;
  }
}
