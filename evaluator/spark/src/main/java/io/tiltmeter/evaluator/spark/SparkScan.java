package io.tiltmeter.evaluator.spark;

import io.tiltmeter.evaluator.scan.DatasetScan;
import io.tiltmeter.evaluator.scan.ScanReport;
import io.tiltmeter.evaluator.scan.ScanResult;
import io.tiltmeter.evaluator.scan.ScanSettings;
import io.tiltmeter.evaluator.scan.ScanView;
import io.tiltmeter.evaluator.scan.row.FormatProblem;
import io.tiltmeter.policy.dataset.LikeLines;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Scans training data on Apache Spark: {@code tiltmeter scan} for what one machine cannot hold. */
public final class SparkScan {
  private static final String SERIALIZER = "spark.serializer";
  private static final String JAVA_SERIALIZER = "org.apache.spark.serializer.JavaSerializer";

  /** Fewest bytes of JSON Lines that are worth a task. */
  private static final long LEAST_PART = 16L << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private SparkScan() {}

  /**
   * Scans what the arguments name and ends the process as {@code tiltmeter scan} does.
   *
   * @throws IOException if the session does not end
   */
  public static void main(String[] args) throws IOException {
    int exitCode =
        switch (Arguments.of(args)) {
          case Arguments.Help _ -> {
            System.out.print(Arguments.USAGE);
            yield 0;
          }
          case Arguments.Wrong(String problem) -> {
            System.err.println("tiltmeter: " + problem);
            System.err.print(Arguments.USAGE);
            yield 2;
          }
          case Arguments.Scan scan -> {
            try (SparkSession spark = session()) {
              yield run(spark, scan, System.out, System.err);
            }
          }
        };
    System.exit(exitCode);
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .appName("tiltmeter scan")
        .config(SERIALIZER, JAVA_SERIALIZER)
        .getOrCreate();
  }

  /**
   * Scans and prints what was found.
   *
   * @return the exit code
   */
  static int run(SparkSession spark, Arguments.Scan arguments, PrintStream out, PrintStream err) {
    ScanSettings settings = ScanSettings.DEFAULT.withMethod(arguments.method());
    ScanSettings asked = arguments.rows() ? settings.withAllLines() : settings;
    long started = System.nanoTime();
    try {
      return switch (scan(spark, arguments.paths(), asked)) {
        case ScanResult.Scanned(ScanReport report) -> {
          double seconds = (System.nanoTime() - started) / 1e9;
          out.println(document(report, arguments.rows(), seconds));
          yield exitCode(report);
        }
        case ScanResult.Invalid invalid -> {
          print(invalid, err);
          yield 1;
        }
      };
    } catch (IOException e) {
      err.println("tiltmeter: training data cannot be read: " + e.getMessage());
      return 1;
    }
  }

  /**
   * Scans files of JSON Lines, packed with gzip or Zstandard or not at all, or of Parquet; lines
   * are numbered through all files in the order of their addresses. Blocks its thread meanwhile.
   *
   * @param spark a session whose serialiser is Java's
   * @param paths files, directories or patterns, of any file system that Spark reads
   * @throws IOException if they cannot be read, or change meanwhile
   */
  public static ScanResult scan(SparkSession spark, List<String> paths, ScanSettings settings)
      throws IOException {
    return scan(spark, paths, settings, LEAST_PART);
  }

  /**
   * The same in parts of another size.
   *
   * @param leastPart fewest bytes of JSON Lines that are worth a task
   */
  static ScanResult scan(
      SparkSession spark, List<String> paths, ScanSettings settings, long leastPart)
      throws IOException {
    String serializer = spark.sparkContext().conf().get(SERIALIZER, JAVA_SERIALIZER);
    if (!serializer.equals(JAVA_SERIALIZER)) {
      throw new IOException(
          "expected %s to be %s, found %s".formatted(SERIALIZER, JAVA_SERIALIZER, serializer));
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    try {
      DataFiles files = DataFiles.list(context.hadoopConfiguration(), paths);
      RowSource rows =
          files.areParquet()
              ? ParquetRows.count(spark, files.addresses())
              : JsonLines.count(
                  context,
                  files.parts(context.defaultParallelism(), leastPart),
                  settings.maxLineBytes());
      return DatasetScan.scan(new SparkPasses(context, rows, settings), settings);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      // Spark throws checked exceptions that its methods do not declare.
      throw new IOException(reason(e), e);
    }
  }

  /** Spark's own messages hold whole stack traces. */
  private static String reason(Exception failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return "%s: %s".formatted(cause.getClass().getSimpleName(), message);
  }

  private static String document(ScanReport report, boolean rows, double seconds) {
    ObjectNode document = JSON.valueToTree(ScanView.of(report, LikeLines.NONE, seconds));
    if (!rows) {
      document.remove("rows");
    }
    return document.toString();
  }

  private static int exitCode(ScanReport report) {
    return switch (report.outcome()) {
      case CLEAR, STEER -> 0;
      case REVIEW -> 4;
      case BLOCK -> 3;
    };
  }

  private static void print(ScanResult.Invalid invalid, PrintStream err) {
    err.printf(
        "tiltmeter: training data cannot be used: %d problem(s) in %d lines%n",
        invalid.count(), invalid.lines());
    for (FormatProblem problem : invalid.problems()) {
      String place = problem.line() == 0 ? "" : "line %d: ".formatted(problem.line());
      err.println(place + problem.message());
    }
    long more = invalid.count() - invalid.problems().size();
    if (more > 0) {
      err.printf("and %d more%n", more);
    }
  }
}
