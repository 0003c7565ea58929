package io.tiltmeter.journeys.bench;

import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.Distribution;
import io.tiltmeter.journeys.site.Reply;
import io.tiltmeter.journeys.site.Site;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Prints how long a gateway with a heap of 256 MiB takes to receive a training file and to scan it,
 * and what is resident meanwhile. Arguments: lines, 10,000,000 by default, of about 300 bytes each.
 */
final class LargeFile {
  private static final int LINES_A_PIECE = 4000;
  private static final int REQUEST_WORDS = 6;
  private static final int ANSWER_WORDS = 14;
  private static final Duration LONGEST_SCAN = Duration.ofHours(3);
  private static final List<String> WORDS =
      List.of(
          ("river stone garden morning letter window bread winter teacher number forest market quiet"
                  + " yellow engine paper story island bridge summer doctor kitchen music shadow"
                  + " silver basket harbor lantern meadow orchard pencil question railway station"
                  + " thunder village weather journey holiday evening ticket mountain valley puzzle"
                  + " recipe flower blanket candle corner")
              .split(" "));

  private LargeFile() {}

  public static void main(String[] args) throws Exception {
    long lines = args.length == 0 ? 10_000_000 : Long.parseLong(args[0]);
    try (Folder folder = Folder.create("large-file");
        Site site = Site.small(Distribution.here(), folder.path());
        ResidentMemory memory = ResidentMemory.of(site.gateway().pid())) {
      Caller tenant = site.tenant("acme");
      long start = System.nanoTime();
      JsonNode file = upload(tenant, lines / LINES_A_PIECE).ok();
      System.out.printf(
          "%d lines, %.2f GB: uploaded in %.1f s, at most %d MiB resident%n",
          lines / LINES_A_PIECE * LINES_A_PIECE,
          file.path("bytes").asLong() / 1e9,
          secondsSince(start),
          memory.peak() / 1024);
      String status = Scanned.await(tenant, file, LONGEST_SCAN);
      System.out.printf(
          "%s after %.0f s, at most %d MiB resident%n",
          status, secondsSince(start), memory.peak() / 1024);
    }
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static Reply upload(Caller tenant, long pieces) {
    BodyPublisher file =
        BodyPublishers.ofByteArrays(
            () -> LongStream.range(0, pieces).mapToObj(LargeFile::piece).iterator());
    return Caller.send(
        tenant.uploading(
            BodyPublishers.concat(
                BodyPublishers.ofString(Caller.formHead("large.jsonl")),
                file,
                BodyPublishers.ofString(Caller.formTail()))));
  }

  /** Lines of a chat file that are all different; the same number gives the same ones. */
  private static byte[] piece(long number) {
    Random random = new Random(number);
    return LongStream.range(number * LINES_A_PIECE, (number + 1) * LINES_A_PIECE)
        .mapToObj(
            line ->
                """
                {"messages": [{"role": "user", "content": "Write line %1$d about %2$s, please."}, \
                {"role": "assistant", "content": "This is line %1$d of the text: %3$s."}]}
                """
                    .formatted(line, words(random, REQUEST_WORDS), words(random, ANSWER_WORDS)))
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String words(Random random, int count) {
    return Stream.generate(() -> WORDS.get(random.nextInt(WORDS.size())))
        .limit(count)
        .collect(Collectors.joining(" "));
  }
}
