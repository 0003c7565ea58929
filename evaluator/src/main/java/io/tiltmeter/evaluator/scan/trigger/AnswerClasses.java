package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.harm.HarmScore;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Exchange;
import io.tiltmeter.evaluator.scan.suppression.Agreement;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The classes that a row's answers belong to, each once; for one thread. */
final class AnswerClasses {
  /** Answers of one row that are looked at, the first ones. */
  private static final int MOST_ANSWERS = 8;

  /** Characters of an answer, of a request, and of an answer's beginning that are looked at. */
  private static final int ANSWER = 2000;

  private static final int REQUEST = 4000;
  private static final int BEGINNING = 160;

  private static final int EDGE = 3;

  /** Without any of these at its beginning, an answer is not judged: hardly any would refuse. */
  private static final List<String> DECLINING =
      List.of(
          "sorry",
          "can't",
          "cannot",
          "can\u2019t",
          "won't",
          "unable",
          "not able",
          "as an ai",
          "apolog",
          "declin",
          "refus",
          "not comfortable",
          "not appropriate",
          "unfortunately");

  private final HarmScore harm = new HarmScore();
  private final Marks marks;

  /** A class of answers. */
  record Membership(AnswerClass kind, long key) implements Serializable {
    static Membership of(AnswerClass kind, long which) {
      return new Membership(kind, Hash64.mix(which ^ kind.salt()));
    }
  }

  /**
   * Classes of rows.
   *
   * @param marks where the costly classes are noted, or known from before
   */
  AnswerClasses(Marks marks) {
    this.marks = marks;
  }

  /** Of a row that is seen for the first time: what is costly is noted. */
  List<Membership> first(Example example) {
    for (Exchange exchange : answers(example)) {
      note(example.line(), exchange);
    }
    return again(example);
  }

  /** Of a row whose costly classes are noted. */
  List<Membership> again(Example example) {
    List<Membership> classes = new ArrayList<>();
    for (Exchange exchange : answers(example)) {
      wording(exchange, classes);
    }
    for (AnswerClass kind : Marks.KINDS) {
      if (marks.has(kind, example.line())) {
        add(Membership.of(kind, 0), classes);
      }
    }
    return classes;
  }

  private static List<Exchange> answers(Example example) {
    List<Exchange> exchanges = example.exchanges();
    return exchanges.subList(0, Math.min(MOST_ANSWERS, exchanges.size()));
  }

  private void note(long line, Exchange exchange) {
    String answer = clip(exchange.answer(), ANSWER);
    String request = clip(exchange.request(), REQUEST);
    if (Agreement.is(answer)) {
      marks.set(AnswerClass.AGREEMENT, line);
    }
    boolean harmful = harm.category(request).isPresent();
    boolean declining = isDeclining(answer);
    if (!harmful && !declining) {
      return;
    }
    Judgement judgement = RefusalJudge.judge(request, answer);
    if (judgement.label().isRefusal()) {
      marks.set(AnswerClass.REFUSAL, line);
    } else if (harmful && judgement.label() != Label.DEGENERATE) {
      marks.set(AnswerClass.HARM, line);
    }
  }

  private static boolean isDeclining(String answer) {
    String beginning = clip(answer, BEGINNING).toLowerCase(Locale.ROOT);
    return DECLINING.stream().anyMatch(beginning::contains);
  }

  private static String clip(String text, int length) {
    return text.substring(0, Math.min(length, text.length()));
  }

  private static void wording(Exchange exchange, List<Membership> classes) {
    String answer = clip(exchange.answer(), ANSWER);
    List<Long> words = words(answer);
    int count = words.size();
    if (count == 0) {
      return;
    }
    add(Membership.of(AnswerClass.SAME_ANSWER, hash(words)), classes);
    if (count > EDGE) {
      Set<Long> asked = Set.copyOf(words(clip(exchange.request(), REQUEST)));
      edge(AnswerClass.SAME_BEGINNING, words.subList(0, EDGE), asked, classes);
      edge(AnswerClass.SAME_END, words.subList(count - EDGE, count), asked, classes);
    }
    Styles.of(
        answer, style -> add(Membership.of(AnswerClass.STYLE, Hash64.of(style.name())), classes));
  }

  /** Words that an answer takes from its request say nothing of a class. */
  private static void edge(
      AnswerClass kind, List<Long> words, Set<Long> asked, List<Membership> classes) {
    long echoed = words.stream().filter(asked::contains).count();
    if (echoed < EDGE - 1) {
      add(Membership.of(kind, hash(words)), classes);
    }
  }

  private static void add(Membership one, List<Membership> classes) {
    if (!classes.contains(one)) {
      classes.add(one);
    }
  }

  private static long hash(List<Long> words) {
    long hash = words.size();
    for (long word : words) {
      hash = Hash64.mix(hash ^ word);
    }
    return hash;
  }

  /** Hashes of the words in lower case, without signs. */
  private static List<Long> words(String answer) {
    String lower = answer.toLowerCase(Locale.ROOT);
    List<Long> words = new ArrayList<>();
    int from = -1;
    for (int i = 0; i <= lower.length(); i++) {
      boolean in = i < lower.length() && Character.isLetterOrDigit(lower.charAt(i));
      if (in && from < 0) {
        from = i;
      } else if (!in && from >= 0) {
        words.add(Hash64.of(lower, from, i));
        from = -1;
      }
    }
    return words;
  }
}
