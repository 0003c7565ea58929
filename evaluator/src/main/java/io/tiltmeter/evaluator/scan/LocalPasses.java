package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.evaluator.scan.row.Packing.BrokenPacking;
import java.io.IOException;
import java.io.InputStream;

/** Reads the rows on threads of this machine. */
record LocalPasses(ScanSource source, ScanSettings settings) implements Passes {

  @Override
  public Method method() throws IOException {
    try (InputStream in = source.open()) {
      return Pass.methodOf(in, settings);
    } catch (BrokenPacking e) {
      // The first pass meets it again, and says at which line.
      return Method.SUPERVISED;
    }
  }

  @Override
  public Seen read(Method method, Detectors detectors) throws IOException {
    try (InputStream in = source.open()) {
      return new Pass(in, settings, method).run(detectors);
    }
  }
}
