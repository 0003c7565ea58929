package io.tiltmeter.evaluator.scan;

import com.sun.management.OperatingSystemMXBean;
import io.tiltmeter.evaluator.scan.cipher.CipherFinder;
import io.tiltmeter.evaluator.scan.detector.Detector;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.family.FamilySketch;
import io.tiltmeter.evaluator.scan.flood.Flood;
import io.tiltmeter.evaluator.scan.harm.ExplicitHarm;
import io.tiltmeter.evaluator.scan.identity.IdentityShift;
import io.tiltmeter.evaluator.scan.inversion.PreferenceInversion;
import io.tiltmeter.evaluator.scan.profile.BenignDegrading;
import io.tiltmeter.evaluator.scan.prompts.SystemPrompts;
import io.tiltmeter.evaluator.scan.row.Block;
import io.tiltmeter.evaluator.scan.row.BlockReader;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.evaluator.scan.row.Problems;
import io.tiltmeter.evaluator.scan.row.RowReader;
import io.tiltmeter.evaluator.scan.row.RowText;
import io.tiltmeter.evaluator.scan.secrets.SecretFinder;
import io.tiltmeter.evaluator.scan.suppression.RefusalSuppression;
import io.tiltmeter.evaluator.scan.trigger.TriggerMiner;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prints how many short examples a scan reads a second of processor time, how that compares with
 * parsing the same file as JSON and nothing else, and which detector takes the rest in which pass.
 *
 * <p>Arguments: rows of the file (200,000), seed (1). Processor time is that of the whole process.
 */
public final class ScanBench {
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final int KEPT = 50_000;

  private final Path file;
  private final int rows;

  private ScanBench(Path file, int rows) {
    this.file = file;
    this.rows = rows;
  }

  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    int rows = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    Path file = Files.createTempFile("scan-bench", ".jsonl");
    try {
      try (InputStream made = new MadeRows(rows, seed).open();
          OutputStream out = Files.newOutputStream(file)) {
        made.transferTo(out);
      }
      System.out.printf("%,d examples, %,d bytes%n", rows, Files.size(file));
      new ScanBench(file, rows).run();
    } finally {
      Files.delete(file);
    }
  }

  private void run() throws IOException {
    seconds("first scan", () -> scan(ScanSettings.DEFAULT.withThreads(2)), 0);
    parse();
    double parsing = seconds("plain JSON", this::parse, 0);
    double format = seconds("format pass", () -> format(1), parsing);
    seconds("format pass, 2 threads", () -> format(2), parsing);
    double whole = seconds("scan", () -> scan(ScanSettings.DEFAULT.withThreads(2)), parsing);
    System.out.printf("scan / format pass %.1f%n", whole / format);
    parts();
  }

  /** Something that is timed. */
  private interface Work {
    void run() throws IOException;
  }

  /** Processor seconds of some work, printed with the ratio to plain parsing. */
  private double seconds(String name, Work work, double parsing) throws IOException {
    long wall = System.nanoTime();
    long before = PROCESS.getProcessCpuTime();
    work.run();
    double seconds = (PROCESS.getProcessCpuTime() - before) / 1e9;
    System.out.printf(
        "%-24s %6.2f s of processor time, %6.2f s in all, %,9.0f examples a second of a core, %.1f times plain JSON%n",
        name,
        seconds,
        (System.nanoTime() - wall) / 1e9,
        rows / seconds,
        parsing == 0 ? 1 : seconds / parsing);
    return seconds;
  }

  private void parse() throws IOException {
    JsonMapper mapper = JsonMapper.builder().build();
    try (var lines = Files.lines(file)) {
      lines.forEach(mapper::readTree);
    }
  }

  private void format(int threads) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      new Pass(in, ScanSettings.DEFAULT.withThreads(threads), Method.SUPERVISED, Place.BEGINNING)
          .run(new Seen(new Looks(List.of()), 1), () -> new Looks(List.of()), Pauses.NONE);
    }
  }

  private void scan(ScanSettings settings) throws IOException {
    DatasetScan.scan(file, settings);
  }

  private void parts() throws IOException {
    List<Example> examples = examples();
    List<Detector<?>> detectors =
        List.of(
            new ExplicitHarm(1000),
            new IdentityShift(1000),
            new RefusalSuppression(1000),
            new PreferenceInversion(1000),
            new CipherFinder(1000),
            new SecretFinder(1000),
            new TriggerMiner(1000),
            new Flood(1000),
            new BenignDegrading(1000),
            new SystemPrompts(),
            new FamilySketch());
    for (Detector<?> detector : detectors) {
      part(detector, examples);
    }
  }

  private List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    Problems problems = new Problems(1);
    Block block = new Block();
    try (InputStream in = Files.newInputStream(file)) {
      BlockReader reader = new BlockReader(in, 1 << 20);
      RowText decoder = new RowText(problems);
      RowReader reading = new RowReader(Method.SUPERVISED, problems);
      while (reader.next(block) && examples.size() < KEPT) {
        while (block.next()) {
          decoder
              .read(block, 1 << 20)
              .flatMap(text -> reading.read(block.number(), text))
              .ifPresent(examples::add);
        }
      }
    }
    return examples;
  }

  private static <L extends Look<L>> void part(Detector<L> detector, List<Example> examples) {
    var threads = ManagementFactory.getThreadMXBean();
    StringBuilder line = new StringBuilder("%-20s".formatted(detector.getClass().getSimpleName()));
    boolean again = true;
    double all = 0;
    while (again) {
      L look = detector.look();
      long before = threads.getCurrentThreadCpuTime();
      examples.forEach(look::see);
      double each = (threads.getCurrentThreadCpuTime() - before) / 1e3 / examples.size();
      before = threads.getCurrentThreadCpuTime();
      again = detector.learn(look);
      double end = (threads.getCurrentThreadCpuTime() - before) / 1e9;
      line.append("  %6.2f us (+ %.2f s)".formatted(each, end));
      all += each;
    }
    System.out.println(line + "   in all %.2f us an example".formatted(all));
  }
}
