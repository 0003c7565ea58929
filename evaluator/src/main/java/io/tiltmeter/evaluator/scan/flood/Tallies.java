package io.tiltmeter.evaluator.scan.flood;

import io.tiltmeter.evaluator.scan.detector.CountMin;
import io.tiltmeter.evaluator.scan.row.Example;
import java.io.Serializable;

/** The first pass: rough counts of everything by which rows can be the same. */
final class Tallies implements Serializable {
  private static final int BITS = 16;
  private static final int BAND_BITS = 18;

  private final CountMin rowCounts = new CountMin(BITS);
  private final CountMin requests = new CountMin(BITS);
  private final CountMin answers = new CountMin(BITS);
  private final CountMin openings = new CountMin(BITS);
  private final CountMin skeletons = new CountMin(BITS);
  private final CountMin bands = new CountMin(BAND_BITS);
  private final transient RowKeys keys = new RowKeys();
  private long rows;
  private long shortRows;

  void see(Example example) {
    if (!keys.read(example)) {
      return;
    }
    rows++;
    shortRows += keys.isShort() ? 1 : 0;
    rowCounts.count(keys.row());
    requests.count(keys.request());
    answers.count(keys.answer());
    openings.count(keys.opening());
    skeletons.count(keys.skeleton());
    for (long band : keys.bands()) {
      bands.count(band);
    }
  }

  void add(Tallies other) {
    rows += other.rows;
    shortRows += other.shortRows;
    rowCounts.add(other.rowCounts);
    requests.add(other.requests);
    answers.add(other.answers);
    openings.add(other.openings);
    skeletons.add(other.skeletons);
    bands.add(other.bands);
  }

  /** Rows with an answer. */
  long rows() {
    return rows;
  }

  /** Of these, rows whose answers are no longer than a label. */
  long shortRows() {
    return shortRows;
  }

  long sameRow(RowKeys row) {
    return rowCounts.estimate(row.row());
  }

  long sameRequest(RowKeys row) {
    return requests.estimate(row.request());
  }

  long sameAnswer(RowKeys row) {
    return answers.estimate(row.answer());
  }

  long sameOpening(RowKeys row) {
    return openings.estimate(row.opening());
  }

  long sameSkeleton(RowKeys row) {
    return skeletons.estimate(row.skeleton());
  }

  long sameBand(long band) {
    return bands.estimate(band);
  }
}
