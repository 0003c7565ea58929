package io.tiltmeter.evaluator.spark;

import io.tiltmeter.evaluator.scan.row.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the command line asks for. */
sealed interface Arguments {
  /** How the command is called. */
  String USAGE =
      """
      Usage: spark-submit --class io.tiltmeter.evaluator.spark.SparkScan --jars LIBRARIES \\
               tiltmeter-spark.jar [--method METHOD] [--rows] PATH...

      Check training data and search them for attacks on a model's refusals, on many machines.
      Prints what "tiltmeter scan --json" prints.

            PATH...           JSON Lines, packed with gzip or Zstandard or not, or Parquet: files,
                                directories or patterns of any file system that Spark reads.
            --method=METHOD   What every row has to teach with: %s;
                                without it the first row decides.
            --rows            List every row that a finding means.
        -h, --help            Show this help.

      Exit codes: 0 clear or steer, 4 review, 3 block, 1 not valid training data.

      Examples:
        spark-submit --class io.tiltmeter.evaluator.spark.SparkScan \\
          --jars "$(echo evaluator/spark/target/lib/*.jar | tr ' ' ,)" \\
          evaluator/spark/target/tiltmeter-spark-0.1.0-SNAPSHOT.jar training.jsonl
        spark-submit --master spark://head:7077 --class io.tiltmeter.evaluator.spark.SparkScan \\
          --jars "$(echo lib/*.jar | tr ' ' ,)" tiltmeter-spark.jar --method dpo s3a://data/pairs/
      """
          .formatted(Method.NAMES);

  /** To show how the command is called. */
  record Help() implements Arguments {}

  /** To do nothing, as the arguments are wrong. */
  record Wrong(String problem) implements Arguments {}

  /** To scan these paths. */
  record Scan(List<String> paths, @Nullable Method method, boolean rows) implements Arguments {
    public Scan {
      paths = List.copyOf(paths);
    }
  }

  /** Reads a command line. */
  static Arguments of(String... args) {
    List<String> paths = new ArrayList<>();
    Method method = null;
    boolean rows = false;
    Iterator<String> words = words(args).iterator();
    while (words.hasNext()) {
      String word = words.next();
      switch (word) {
        case "-h", "--help" -> {
          return new Help();
        }
        case "--rows" -> rows = true;
        case "--method" -> {
          String name = words.hasNext() ? words.next() : "";
          Optional<Method> named = Method.of(name);
          if (named.isEmpty()) {
            return new Wrong(
                "--method must be one of %s, got \"%s\"".formatted(Method.NAMES, name));
          }
          method = named.get();
        }
        default -> {
          if (word.startsWith("-")) {
            return new Wrong("unknown option " + word);
          }
          paths.add(word);
        }
      }
    }
    return paths.isEmpty()
        ? new Wrong("expected the path of training data, found none")
        : new Scan(paths, method, rows);
  }

  /** An option and its value may stand in one word. */
  private static List<String> words(String... args) {
    return Arrays.stream(args)
        .flatMap(
            word ->
                word.startsWith("--")
                    ? Arrays.stream(word.split("=", 2))
                    : Arrays.stream(new String[] {word}))
        .toList();
  }
}
