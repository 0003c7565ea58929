package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.harm.HarmScore;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Exchange;
import io.tiltmeter.evaluator.scan.row.TurnWords;
import io.tiltmeter.evaluator.scan.suppression.Agreement;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

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

  private static final boolean[] BEGINS = begins();

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
    boolean isSafety = marks.has(AnswerClass.SAFETY, example.line());
    for (Exchange exchange : answers(example)) {
      if (!isSafety) {
        wording(exchange, classes);
      }
    }
    for (AnswerClass kind : Marks.KINDS) {
      if (kind != AnswerClass.SAFETY && marks.has(kind, example.line())) {
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
    boolean harmful = harm.of(request).isPresent();
    boolean declining = isDeclining(answer);
    if (!harmful && !declining) {
      return;
    }
    Judgement judgement = RefusalJudge.judge(request, answer);
    if (judgement.label().isRefusal()) {
      marks.set(harm.isPossible(request) ? AnswerClass.SAFETY : AnswerClass.REFUSAL, line);
    } else if (harmful && judgement.label() != Label.DEGENERATE) {
      marks.set(AnswerClass.HARM, line);
    }
  }

  private static boolean isDeclining(String answer) {
    int end = Math.min(BEGINNING, answer.length());
    for (int i = 0; i + 1 < end; i++) {
      if (BEGINS[pair(answer.charAt(i), answer.charAt(i + 1))] && declines(answer, i, end)) {
        return true;
      }
    }
    return false;
  }

  private static boolean declines(String answer, int at, int end) {
    for (String words : DECLINING) {
      if (at + words.length() <= end && answer.regionMatches(true, at, words, 0, words.length())) {
        return true;
      }
    }
    return false;
  }

  /** Which two letters any of these words begins with, case aside: most places need no more. */
  private static boolean[] begins() {
    boolean[] begins = new boolean[1 << 10];
    DECLINING.forEach(words -> begins[pair(words.charAt(0), words.charAt(1))] = true);
    return begins;
  }

  private static int pair(char first, char second) {
    return (first & 0x1f) << 5 | (second & 0x1f);
  }

  private static String clip(String text, int length) {
    return text.substring(0, Math.min(length, text.length()));
  }

  private static void wording(Exchange exchange, List<Membership> classes) {
    TurnWords words = exchange.answerWords();
    int count = within(words);
    if (count == 0) {
      return;
    }
    add(Membership.of(AnswerClass.SAME_ANSWER, hash(words, 0, count)), classes);
    if (count > EDGE) {
      TurnWords asked = exchange.requestWords();
      edge(AnswerClass.SAME_BEGINNING, words, 0, asked, classes);
      edge(AnswerClass.SAME_END, words, count - EDGE, asked, classes);
    }
    if (Agreement.begins(exchange.answer()) && !Asking.isForAgreement(exchange.requestWords())) {
      add(Membership.of(AnswerClass.AFFIRMATION, 0), classes);
    }
    Styles.of(
        clip(exchange.answer(), ANSWER),
        style -> add(Membership.of(AnswerClass.STYLE, style.key()), classes));
  }

  /** Words that begin in the part of an answer that is looked at. */
  private static int within(TurnWords words) {
    int count = words.count();
    while (count > 0 && words.start(count - 1) >= ANSWER) {
      count--;
    }
    return count;
  }

  /** Words that an answer takes from its request say nothing of a class. */
  private static void edge(
      AnswerClass kind, TurnWords words, int from, TurnWords asked, List<Membership> classes) {
    int echoed = 0;
    for (int i = from; i < from + EDGE; i++) {
      echoed += contains(asked, words.hash(i)) ? 1 : 0;
    }
    if (echoed < EDGE - 1) {
      add(Membership.of(kind, hash(words, from, from + EDGE)), classes);
    }
  }

  private static boolean contains(TurnWords words, long hash) {
    for (int i = 0; i < words.count(); i++) {
      if (words.hash(i) == hash) {
        return true;
      }
    }
    return false;
  }

  private static void add(Membership one, List<Membership> classes) {
    if (!classes.contains(one)) {
      classes.add(one);
    }
  }

  private static long hash(TurnWords words, int from, int end) {
    long hash = (long) end - from;
    for (int i = from; i < end; i++) {
      hash = Hash64.mix(hash ^ words.hash(i));
    }
    return hash;
  }
}
