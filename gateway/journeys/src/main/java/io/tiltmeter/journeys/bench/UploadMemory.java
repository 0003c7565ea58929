package io.tiltmeter.journeys.bench;

import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.Distribution;
import io.tiltmeter.journeys.site.Site;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;

/**
 * Prints by how much the resident memory of a gateway grows while a training file is uploaded,
 * against the size of the file. Arguments: the file's size in MiB, 1024 by default.
 */
final class UploadMemory {
  private static final int MEBI = 1 << 20;
  private static final long WARM_UP_MEBIBYTES = 64;

  private UploadMemory() {}

  public static void main(String[] args) throws IOException {
    long mebibytes = args.length == 0 ? 1024 : Long.parseLong(args[0]);
    try (Folder folder = Folder.create("upload-memory");
        Site site = Site.quick(Distribution.here(), folder.path())) {
      Caller tenant = site.tenant("acme");
      // What the first requests load and compile belongs to no upload.
      upload(tenant, WARM_UP_MEBIBYTES);
      try (ResidentMemory memory = ResidentMemory.of(site.gateway().pid())) {
        long before = memory.now();
        long start = System.nanoTime();
        upload(tenant, mebibytes);
        double seconds = (System.nanoTime() - start) / 1e9;
        double growth = (memory.peak() - before) / 1024.0;
        System.out.printf(
            "uploaded %d MiB in %.1f s; resident before %.0f MiB, growth at most %.1f MiB,"
                + " %.4f of the file%n",
            mebibytes, seconds, before / 1024.0, growth, growth / mebibytes);
      }
    }
  }

  private static void upload(Caller tenant, long mebibytes) {
    BodyPublisher file =
        BodyPublishers.ofByteArrays(
            () -> LongStream.range(0, mebibytes).mapToObj(UploadMemory::lines).iterator());
    BodyPublisher form =
        BodyPublishers.concat(
            BodyPublishers.ofString(Caller.formHead("large.jsonl")),
            file,
            BodyPublishers.ofString(Caller.formTail()));
    Caller.send(tenant.uploading(form)).ok();
  }

  /** A MiB of a chat file whose lines are all different. */
  private static byte[] lines(long number) {
    StringBuilder text = new StringBuilder(MEBI);
    for (long count = number * MEBI; text.length() < MEBI; count++) {
      text.append(
          """
          {"messages": [{"role": "user", "content": "Which number follows %1$d?"}, \
          {"role": "assistant", "content": "%2$d follows %1$d."}]}
          """
              .formatted(count, count + 1));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
