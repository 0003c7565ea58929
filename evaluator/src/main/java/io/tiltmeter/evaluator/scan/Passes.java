package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.row.Method;
import java.io.IOException;

/** Reads the rows of one data set, all of them in each pass, on one machine or on many. */
public interface Passes {

  /** Passes on threads of this machine. */
  static Passes local(ScanSource source, ScanSettings settings) {
    return new LocalPasses(source, settings, ScanExtras.NONE);
  }

  /**
   * What the first row teaches with; supervised where that cannot be told.
   *
   * @throws IOException if the data cannot be read
   */
  Method method() throws IOException;

  /**
   * Reads every row once. The detectors have not learned from it when it ends.
   *
   * @param method what every row has to teach with
   * @return what was seen of all rows by looks of these very detectors
   * @throws IOException if the data cannot be read
   */
  Seen read(Method method, Detectors detectors) throws IOException;
}
