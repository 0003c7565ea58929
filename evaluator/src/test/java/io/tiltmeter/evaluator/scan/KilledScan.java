package io.tiltmeter.evaluator.scan;

import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A scan in a process of its own, to be killed: prints its outcome. Arguments: file, folder of its
 * bookmark.
 */
final class KilledScan {
  static final Digest KEY = Digest.of("what is scanned");
  static final Pace OFTEN = new Pace(Duration.ZERO, 0);

  private KilledScan() {}

  public static void main(String[] args) throws IOException {
    Bookmark bookmark = new Bookmark(Path.of(args[1]), KEY, OFTEN);
    ScanResult result =
        DatasetScan.scan(
            Path.of(args[0]), ScanSettings.DEFAULT.withThreads(2), ScanExtras.NONE.with(bookmark));
    System.out.println(result);
    System.out.println(bookmark.resumedInPass());
  }
}
