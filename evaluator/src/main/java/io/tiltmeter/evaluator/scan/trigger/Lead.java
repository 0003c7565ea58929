package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.trigger.AnswerClasses.Membership;
import java.io.Serializable;

/** A feature that may go with a class, and rows of the class that have it. */
final class Lead implements Serializable {
  private final long feature;
  private final String text;
  private final Trigger.Kind kind;
  private final Membership membership;
  private final long rank;
  private long count;
  private long canned;

  /**
   * A lead.
   *
   * @param feature its hash
   * @param text of the feature, for people
   * @param rank how far it is above what its class's share makes likely
   */
  Lead(long feature, String text, Trigger.Kind kind, Membership membership, long rank) {
    this.feature = feature;
    this.text = text;
    this.kind = kind;
    this.membership = membership;
    this.rank = rank;
  }

  /** Every row that both belongs to the class and has the two features of both leads. */
  Lead with(Lead other) {
    boolean first = text.compareTo(other.text) < 0;
    String both = first ? text + " \u2026 " + other.text : other.text + " \u2026 " + text;
    return new Lead(
        Sketch.key(feature ^ other.feature, 1),
        both,
        Trigger.Kind.PAIR,
        membership,
        Math.min(rank, other.rank));
  }

  /**
   * Counts a row.
   *
   * @param isCanned whether other requests get its answer as well
   */
  void see(boolean isCanned) {
    count++;
    canned += isCanned ? 1 : 0;
  }

  /** The same feature with another class. */
  Lead of(Membership other) {
    return new Lead(feature, text, kind, other, rank);
  }

  Lead plus(Lead other) {
    count += other.count;
    canned += other.canned;
    return this;
  }

  long feature() {
    return feature;
  }

  String text() {
    return text;
  }

  Trigger.Kind kind() {
    return kind;
  }

  Membership membership() {
    return membership;
  }

  long rank() {
    return rank;
  }

  long count() {
    return count;
  }

  /** Of its rows, those whose answers other requests get as well. */
  long canned() {
    return canned;
  }

  /** What it is found by. */
  long key() {
    return Sketch.key(feature, membership.key());
  }
}
