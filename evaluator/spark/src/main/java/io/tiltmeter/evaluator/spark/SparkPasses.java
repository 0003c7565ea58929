package io.tiltmeter.evaluator.spark;

import io.tiltmeter.evaluator.scan.Detectors;
import io.tiltmeter.evaluator.scan.Passes;
import io.tiltmeter.evaluator.scan.ScanSettings;
import io.tiltmeter.evaluator.scan.Seen;
import io.tiltmeter.evaluator.scan.row.Method;
import java.io.IOException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Reads the rows on the machines of a cluster: one job a pass, whose tasks look at their rows and
 * send what they saw, added up on the way, to the driver.
 */
final class SparkPasses implements Passes {
  /** So many looks are added up by one task, and sent to the driver in the end. */
  private static final int FAN_IN = 8;

  private final JavaSparkContext spark;
  private final RowSource rows;
  private final ScanSettings settings;
  private Learned learned;

  SparkPasses(JavaSparkContext spark, RowSource rows, ScanSettings settings) {
    this.spark = spark;
    this.rows = rows;
    this.settings = settings;
    this.learned = new Learned(settings.maxLines());
  }

  @Override
  public Method method() throws IOException {
    return rows.method(settings);
  }

  @Override
  public Seen read(Method method, Detectors detectors) throws IOException {
    Seen whole = new Seen(detectors.looks(), settings.maxProblems());
    Broadcast<Learned> known = spark.broadcast(learned);
    JavaRDD<Seen> parts = rows.see(known, settings, method);
    int count = parts.getNumPartitions();
    if (count > 0) {
      whole.add(parts.treeReduce(SparkPasses::sum, depth(count)));
    }
    known.destroy();
    learned = learned.with(whole.looks());
    return whole;
  }

  private static Seen sum(Seen one, Seen other) {
    one.add(other);
    return one;
  }

  /** What is seen in a pass has some tens of megabytes, of which the driver is to hold few. */
  private static int depth(int parts) {
    int depth = 1;
    for (int left = parts; left > FAN_IN; left = Math.ceilDiv(left, FAN_IN)) {
      depth++;
    }
    return depth;
  }
}
