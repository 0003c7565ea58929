package io.tiltmeter.evaluator.scan.lexicon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sets of phrases and rules over them, as a resource file spells them out.
 *
 * <p>A rule holds where its sets occur in order within one sentence, each at most so many words
 * after the one before. Matching goes over the words once (Aho and Corasick 1975, in the plain form
 * with a few open phrases) and takes time linear in the text.
 */
public final class Lexicon {

  /** Begins a phrase that counts at the start of a sentence only. */
  static final String START = "^";

  final List<Rule> rules;
  final List<Veto> vetoes;
  final Node root;

  /** Words of the longest phrase. */
  final int longest;

  /** The set that a sentence must hold for its hits to count; -1 where none is asked for. */
  final int required;

  /** Per set: which rules have it, and at which place. */
  final List<List<Place>> places;

  /**
   * Sets in order.
   *
   * @param name what a hit is called
   * @param gaps most words between a set and the one before it
   * @param always whether no veto touches it
   */
  record Rule(String name, double weight, List<Integer> sets, List<Integer> gaps, boolean always) {}

  /** A set that undoes the hits of its sentence, unless another is in it too; -1 for no other. */
  record Veto(int set, int unless) {}

  /** One set of one rule. */
  record Place(int rule, int position) {}

  /** A rule that holds in a text. */
  public record Hit(String name, double weight, int sentence) {}

  /** A step in the tree of phrases. */
  static final class Node {
    final Map<String, Node> next = new HashMap<>();
    int[] sets = {};
  }

  Lexicon(LexiconFile file) {
    this.rules = List.copyOf(file.rules());
    this.vetoes = List.copyOf(file.vetoes());
    this.root = file.root();
    this.longest = file.longest();
    this.required = file.required();
    this.places = new ArrayList<>();
    for (int set = 0; set < file.sets(); set++) {
      places.add(new ArrayList<>());
    }
    for (int rule = 0; rule < rules.size(); rule++) {
      // Backwards, so that one occurrence does not fill two places of a rule.
      for (int position = rules.get(rule).sets().size() - 1; position >= 0; position--) {
        places.get(rules.get(rule).sets().get(position)).add(new Place(rule, position));
      }
    }
  }

  /** Reads the lexicon of this name beside a class. */
  public static Lexicon load(Class<?> owner, String resource) {
    return new Lexicon(LexiconFile.read(owner, resource));
  }

  /** A walker over texts, for one thread. */
  public LexiconMatcher matcher() {
    return new LexiconMatcher(this);
  }
}
