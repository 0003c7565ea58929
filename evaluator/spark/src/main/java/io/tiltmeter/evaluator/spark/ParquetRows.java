package io.tiltmeter.evaluator.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.tiltmeter.evaluator.scan.RowWatch;
import io.tiltmeter.evaluator.scan.ScanSettings;
import io.tiltmeter.evaluator.scan.Seen;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.evaluator.scan.row.RowReader;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Parquet files, which Spark reads: every row as a JSON object whose members are the columns, those
 * that are null left out. A row's number takes the place of a line's.
 */
final class ParquetRows implements RowSource {
  private static final String JSON = "json";
  private static final String FILE = "file";
  private static final String PLACE = "place";

  private final Dataset<Row> rows;

  /** Rows before the first of each file. */
  private final SortedMap<String, Long> before;

  private ParquetRows(Dataset<Row> rows, SortedMap<String, Long> before) {
    this.rows = rows;
    this.before = before;
  }

  /**
   * Counts the rows of files.
   *
   * @param files their addresses
   */
  static ParquetRows count(SparkSession spark, List<String> files) {
    // Writers of old do not say that their bytes are text.
    spark.conf().set("spark.sql.parquet.binaryAsString", "true");
    Dataset<Row> rows =
        spark
            .read()
            // A column that one file has must not be lost because another has it not.
            .option("mergeSchema", "true")
            .parquet(files.toArray(String[]::new))
            .select(
                to_json(struct(col("*")), Map.of("ignoreNullFields", "true")).as(JSON),
                col("_metadata.file_path").as(FILE),
                col("_metadata.row_index").as(PLACE));
    SortedMap<String, Long> before = new TreeMap<>();
    long count = 0;
    List<Row> counts = rows.groupBy(FILE).count().collectAsList();
    for (Row file :
        counts.stream().sorted(Comparator.comparing(row -> row.getString(0))).toList()) {
      before.put(file.getString(0), count);
      count += file.getLong(1);
    }
    return new ParquetRows(rows, before);
  }

  @Override
  public Method method(ScanSettings settings) {
    if (before.isEmpty()) {
      return Method.SUPERVISED;
    }
    Dataset<Row> first =
        rows.where(col(FILE).equalTo(before.firstKey()).and(col(PLACE).equalTo(0L)));
    return RowReader.methodOf(first.first().getString(0));
  }

  @Override
  public JavaRDD<Seen> see(Broadcast<Learned> learned, ScanSettings settings, Method method) {
    // Its own name, so that tasks do not carry this object.
    Map<String, Long> rowsBefore = before;
    return rows.toJavaRDD()
        .mapPartitions(
            part -> {
              RowWatch watch = new RowWatch(settings, method, learned.value().looks());
              see(part, rowsBefore, watch);
              return List.of(watch.seen()).iterator();
            });
  }

  private static void see(Iterator<Row> part, Map<String, Long> before, RowWatch watch) {
    while (part.hasNext()) {
      Row row = part.next();
      Long first = before.get(row.getString(1));
      if (first == null) {
        throw new IllegalStateException("the data set has got another file while it was scanned");
      }
      watch.read(first + row.getLong(2) + 1, row.getString(0));
    }
  }
}
