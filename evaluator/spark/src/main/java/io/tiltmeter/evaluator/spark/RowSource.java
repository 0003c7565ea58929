package io.tiltmeter.evaluator.spark;

import io.tiltmeter.evaluator.scan.ScanSettings;
import io.tiltmeter.evaluator.scan.Seen;
import io.tiltmeter.evaluator.scan.row.Method;
import java.io.IOException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;

/** Where Spark reads the rows of a data set, each with the number of its line. */
sealed interface RowSource permits JsonLines, ParquetRows {

  /** What the first row teaches with; supervised where that cannot be told. */
  Method method(ScanSettings settings) throws IOException;

  /** What each partition sees of its rows in the pass that comes. */
  JavaRDD<Seen> see(Broadcast<Learned> learned, ScanSettings settings, Method method);
}
