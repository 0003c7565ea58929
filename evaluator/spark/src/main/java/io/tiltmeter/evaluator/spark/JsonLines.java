package io.tiltmeter.evaluator.spark;

import io.tiltmeter.evaluator.scan.Passes;
import io.tiltmeter.evaluator.scan.RowWatch;
import io.tiltmeter.evaluator.scan.ScanSettings;
import io.tiltmeter.evaluator.scan.Seen;
import io.tiltmeter.evaluator.scan.row.BlockReader;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.evaluator.scan.row.Packing.BrokenPacking;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Files of JSON Lines, cut into parts of whole lines. A first job counts the lines of each part, so
 * that every task knows the numbers of its own.
 */
final class JsonLines implements RowSource {
  private final JavaSparkContext spark;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final List<Part> parts;

  private JsonLines(
      JavaSparkContext spark, Broadcast<SerializableConfiguration> hadoop, List<Part> parts) {
    this.spark = spark;
    this.hadoop = hadoop;
    this.parts = parts;
  }

  /**
   * Counts the lines of files.
   *
   * @param cap longest line that is kept, in bytes
   */
  static JsonLines count(JavaSparkContext spark, List<Part> parts, int cap) {
    Broadcast<SerializableConfiguration> hadoop =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    List<Long> counts =
        spark
            .parallelize(parts, Math.max(1, parts.size()))
            .map(part -> part.countLines(hadoop.value().value(), cap))
            .collect();
    List<Part> numbered = new ArrayList<>();
    long lines = 0;
    for (int i = 0; i < parts.size(); i++) {
      numbered.add(parts.get(i).after(lines));
      lines += counts.get(i);
    }
    return new JsonLines(spark, hadoop, numbered);
  }

  @Override
  public Method method(ScanSettings settings) throws IOException {
    if (parts.isEmpty()) {
      return Method.SUPERVISED;
    }
    Configuration here = spark.hadoopConfiguration();
    return Passes.local(() -> parts.getFirst().open(here), settings).method();
  }

  @Override
  public JavaRDD<Seen> see(Broadcast<Learned> learned, ScanSettings settings, Method method) {
    // Its own name, so that tasks do not carry this object.
    Broadcast<SerializableConfiguration> configuration = hadoop;
    return spark
        .parallelize(parts, Math.max(1, parts.size()))
        .mapPartitions(
            task -> {
              RowWatch watch = new RowWatch(settings, method, learned.value().looks());
              while (task.hasNext()) {
                see(task.next(), configuration.value().value(), settings.maxLineBytes(), watch);
              }
              return List.of(watch.seen()).iterator();
            });
  }

  private static void see(Part part, Configuration hadoop, int cap, RowWatch watch)
      throws IOException {
    try (InputStream in = part.open(hadoop)) {
      BlockReader reader = new BlockReader(in, cap, part.linesBefore());
      try {
        watch.read(reader);
      } catch (BrokenPacking e) {
        watch.seen().problems().add(reader.lines() + 1, e.problem());
      }
    }
  }
}
