package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.evaluator.scan.row.Packing.BrokenPacking;
import java.io.IOException;
import java.io.InputStream;

/** Reads the rows on threads of this machine, from where an earlier scan was stopped on. */
final class LocalPasses implements Passes {
  private final ScanSource source;
  private final ScanSettings settings;
  private final ScanProgress progress;
  private final Bookmark bookmark;
  private int passes;

  LocalPasses(ScanSource source, ScanSettings settings, ScanExtras extras) {
    this.source = source;
    this.settings = settings;
    this.progress = extras.progress();
    this.bookmark = extras.bookmark();
  }

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
    int number = ++passes;
    Seen seen = new Seen(detectors.looks(), settings.maxProblems());
    Place place = bookmark.restore(number, seen);
    if (place.isEnd()) {
      return seen;
    }
    try (InputStream in = source.open(bytes -> progress.at(number, bytes))) {
      in.skipNBytes(place.bytes());
      Pass pass = new Pass(in, settings, method, place);
      Place end = pass.run(seen, detectors::looks, bookmark.of(number));
      bookmark.keep(new Mark(number, end, seen));
    }
    return seen;
  }
}
