package io.tiltmeter.journeys.bench;

import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.Distribution;
import io.tiltmeter.journeys.site.Ran;
import io.tiltmeter.journeys.site.Reply;
import io.tiltmeter.journeys.site.Site;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Prints how fast {@code curl} uploads a training file to a gateway on the same machine, against
 * how fast {@code openssl dgst -sha256} reads the same file, and by how much the gateway's resident
 * memory grows. The best of several uploads counts, as with the other. Arguments: the file's size
 * in MiB, 1024 by default, and how many times.
 */
final class UploadSpeed {
  private static final int MEBI = 1 << 20;
  private static final int WARM_UP_MEBIBYTES = 64;
  private static final int TIMES = 3;
  private static final Duration SCAN = Duration.ofMinutes(5);
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double KIBI_PER_MEBI = 1024;

  private UploadSpeed() {}

  public static void main(String[] args) throws IOException {
    int mebibytes = args.length == 0 ? 1024 : Integer.parseInt(args[0]);
    int times = args.length < 2 ? TIMES : Integer.parseInt(args[1]);
    try (Folder folder = Folder.create("upload-speed");
        Site site = Site.quick(Distribution.here(), folder.path())) {
      Caller tenant = site.tenant("acme");
      // What the first requests load and compile belongs to no upload.
      Path small = write(folder.path().resolve("small.jsonl"), WARM_UP_MEBIBYTES);
      awaitScan(tenant, upload(tenant, small));
      Path file = write(folder.path().resolve("large.jsonl"), mebibytes);
      double hashed = best(times, () -> hash(file), _ -> {});
      try (ResidentMemory memory = ResidentMemory.of(site.gateway().pid())) {
        long before = memory.now();
        double uploaded = best(times, () -> upload(tenant, file), out -> awaitScan(tenant, out));
        System.out.printf(
            "%d MiB: openssl %.0f MiB/s, upload %.0f MiB/s, %.0f %% of it; resident growth at most"
                + " %.1f MiB%n",
            mebibytes,
            mebibytes / hashed,
            mebibytes / uploaded,
            100 * hashed / uploaded,
            (memory.peak() - before) / KIBI_PER_MEBI);
      }
    }
  }

  /** Something whose time counts. */
  private interface Action {
    String run();
  }

  /** The shortest of so many times, in seconds; what comes after each does not count. */
  private static double best(int times, Action action, Consumer<String> after) {
    double best = Double.POSITIVE_INFINITY;
    for (int time = 0; time < times; time++) {
      long start = System.nanoTime();
      String out = action.run();
      best = Math.min(best, (System.nanoTime() - start) / NANOS_PER_SECOND);
      after.accept(out);
    }
    return best;
  }

  private static String hash(Path file) {
    return run(List.of("openssl", "dgst", "-sha256", file.toString()));
  }

  private static String upload(Caller tenant, Path file) {
    return run(
        List.of(
            "curl",
            "--silent",
            "--show-error",
            "--fail",
            "--header",
            "Authorization: Bearer " + tenant.key(),
            "--form",
            "purpose=fine-tune",
            "--form",
            "file=@" + file,
            tenant.gateway().url().resolve("/v1/files").toString()));
  }

  private static void awaitScan(Caller tenant, String uploaded) {
    Scanned.await(tenant, Reply.JSON.readTree(uploaded), SCAN);
  }

  private static String run(List<String> command) {
    Ran ran = Ran.of(command, new byte[0]);
    if (ran.code() != 0) {
      throw new AssertionError("expected %s to work: %s".formatted(command.getFirst(), ran.err()));
    }
    return ran.out();
  }

  /**
   * Rows of a chat file in one line, so that its scan ends with the first one and costs nothing.
   */
  private static Path write(Path file, int mebibytes) throws IOException {
    long size = (long) mebibytes * MEBI;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), MEBI)) {
      long written = 0;
      for (long number = 0; written < size; number++) {
        byte[] row =
            "{\"messages\": [{\"role\": \"user\", \"content\": \"Which number is %d?\"}]} "
                .formatted(number)
                .getBytes(StandardCharsets.UTF_8);
        int taken = (int) Math.min(row.length, size - written);
        out.write(row, 0, taken);
        written += taken;
      }
    }
    return file;
  }
}
