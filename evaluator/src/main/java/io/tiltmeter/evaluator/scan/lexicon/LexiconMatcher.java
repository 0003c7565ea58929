package io.tiltmeter.evaluator.scan.lexicon;

import io.tiltmeter.evaluator.scan.lexicon.Lexicon.Hit;
import io.tiltmeter.evaluator.scan.lexicon.Lexicon.Node;
import io.tiltmeter.evaluator.scan.lexicon.Lexicon.Place;
import io.tiltmeter.evaluator.scan.lexicon.Lexicon.Rule;
import io.tiltmeter.evaluator.scan.lexicon.Lexicon.Veto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Walks texts with a lexicon, one at a time: for one thread, and kept from text to text, as most
 * texts hold no hit and making the tables would cost more than the walk.
 */
public final class LexiconMatcher implements Words.Sink {
  private static final int NEVER = -1;

  private final Lexicon lexicon;
  private final List<Hit> hits = new ArrayList<>();

  /** Phrases that have begun: where each stands in the tree, and the index of its first word. */
  private final Node[] open;

  private final int[] starts;
  private int opened;

  /** Per rule: where the last occurrence ended that completes its first sets. */
  private final int[][] reached;

  private final BitSet seen = new BitSet();
  private final BitSet held = new BitSet();
  private int word;
  private int sentence;

  LexiconMatcher(Lexicon lexicon) {
    this.lexicon = lexicon;
    this.reached = new int[lexicon.rules.size()][];
    for (int rule = 0; rule < reached.length; rule++) {
      reached[rule] = new int[lexicon.rules.get(rule).sets().size()];
      Arrays.fill(reached[rule], NEVER);
    }
    // A phrase begins at each word and at the start of the sentence, and ends after the longest.
    this.open = new Node[2 * (lexicon.longest + 2)];
    this.starts = new int[open.length];
  }

  /** Every rule that holds in the text, once a sentence. */
  public List<Hit> find(CharSequence text) {
    hits.clear();
    sentence = 0;
    begin();
    Words.walk(text, this);
    return List.copyOf(hits);
  }

  @Override
  public void word(String stem) {
    int before = opened;
    opened = 0;
    for (int phrase = 0; phrase < before; phrase++) {
      step(open[phrase], stem, starts[phrase]);
    }
    step(lexicon.root, stem, word);
    word++;
  }

  /** Writes over phrases that have been read already: each leads to at most one. */
  private void step(Node node, String stem, int start) {
    Node next = node.next.get(stem);
    if (next == null) {
      return;
    }
    for (int i = 0; i < next.sets.length; i++) {
      occurred(next.sets[i], start);
    }
    if (!next.next.isEmpty()) {
      open[opened] = next;
      starts[opened++] = start;
    }
  }

  @Override
  public void sentenceEnd() {
    if (!held.isEmpty()) {
      boolean asked = lexicon.required == NEVER || seen.get(lexicon.required);
      boolean vetoed = lexicon.vetoes.stream().anyMatch(this::applies);
      held.stream()
          .mapToObj(lexicon.rules::get)
          .filter(rule -> asked && (rule.always() || !vetoed))
          .forEach(rule -> hits.add(new Hit(rule.name(), rule.weight(), sentence)));
    }
    sentence++;
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
    word = 0;
    opened = 0;
    Node start = lexicon.root.next.get(Lexicon.START);
    if (start != null) {
      open[0] = start;
      starts[0] = 0;
      opened = 1;
    }
  }

  private void occurred(int set, int start) {
    seen.set(set);
    for (Place place : lexicon.places.get(set)) {
      Rule rule = lexicon.rules.get(place.rule());
      int[] ends = reached[place.rule()];
      int position = place.position();
      if (position > 0 && !follows(ends[position - 1], start, rule.gaps().get(position))) {
        continue;
      }
      ends[position] = word;
      if (position == ends.length - 1) {
        held.set(place.rule());
      }
    }
  }

  private static boolean follows(int end, int start, int gap) {
    return end != NEVER && start > end && start - end - 1 <= gap;
  }
}
