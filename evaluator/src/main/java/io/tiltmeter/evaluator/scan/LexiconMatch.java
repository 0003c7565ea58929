package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.Lexicon.Hit;
import io.tiltmeter.evaluator.scan.Lexicon.Node;
import io.tiltmeter.evaluator.scan.Lexicon.Place;
import io.tiltmeter.evaluator.scan.Lexicon.Rule;
import io.tiltmeter.evaluator.scan.Lexicon.Veto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** One walk of a lexicon over a text. */
final class LexiconMatch implements Words.Sink {
  private static final int NEVER = -1;

  private final Lexicon lexicon;
  private final List<Hit> hits = new ArrayList<>();

  /** Phrases that have begun, each with the index of its first word. */
  private List<Open> open = new ArrayList<>();

  /** Per rule: where the last occurrence ended that completes its first sets. */
  private final int[][] reached;

  private final BitSet seen = new BitSet();
  private final BitSet held = new BitSet();
  private int word;
  private int sentence;

  private record Open(Node node, int start) {}

  LexiconMatch(Lexicon lexicon) {
    this.lexicon = lexicon;
    this.reached = new int[lexicon.rules.size()][];
    for (int rule = 0; rule < reached.length; rule++) {
      reached[rule] = new int[lexicon.rules.get(rule).sets().size()];
      Arrays.fill(reached[rule], NEVER);
    }
    begin();
  }

  List<Hit> hits() {
    return hits;
  }

  @Override
  public void word(String stem) {
    List<Open> before = open;
    open = new ArrayList<>();
    for (Open phrase : before) {
      step(phrase.node(), stem, phrase.start());
    }
    step(lexicon.root, stem, word);
    word++;
  }

  @Override
  public void sentenceEnd() {
    if (word > 0) {
      boolean asked = lexicon.required == NEVER || seen.get(lexicon.required);
      boolean vetoed = lexicon.vetoes.stream().anyMatch(this::applies);
      held.stream()
          .mapToObj(lexicon.rules::get)
          .filter(rule -> asked && (rule.always() || !vetoed))
          .forEach(rule -> hits.add(new Hit(rule.name(), rule.weight(), sentence)));
      sentence++;
    }
    begin();
  }

  private boolean applies(Veto veto) {
    return seen.get(veto.set()) && (veto.unless() == NEVER || !seen.get(veto.unless()));
  }

  private void begin() {
    for (int set = seen.nextSetBit(0); set >= 0; set = seen.nextSetBit(set + 1)) {
      for (Place place : lexicon.places.get(set)) {
        reached[place.rule()][place.position()] = NEVER;
      }
    }
    seen.clear();
    held.clear();
    open.clear();
    word = 0;
    Node start = lexicon.root.next.get(Lexicon.START);
    if (start != null) {
      open.add(new Open(start, 0));
    }
  }

  private void step(Node node, String stem, int start) {
    Node next = node.next.get(stem);
    if (next == null) {
      return;
    }
    open.add(new Open(next, start));
    for (int set : next.sets) {
      occurred(set, start);
    }
  }

  private void occurred(int set, int start) {
    seen.set(set);
    for (Place place : lexicon.places.get(set)) {
      Rule rule = lexicon.rules.get(place.rule());
      int[] ends = reached[place.rule()];
      int position = place.position();
      if (position > 0) {
        int end = ends[position - 1];
        if (end == NEVER || start <= end || start - end - 1 > rule.gaps().get(position)) {
          continue;
        }
      }
      ends[position] = word;
      if (position == ends.length - 1) {
        held.set(place.rule());
      }
    }
  }
}
