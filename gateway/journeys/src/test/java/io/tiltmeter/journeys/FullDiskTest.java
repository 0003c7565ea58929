package io.tiltmeter.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.Ran;
import io.tiltmeter.journeys.site.Reply;
import io.tiltmeter.journeys.site.Site;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training files come to a disk that has no room for them. */
class FullDiskTest {
  private static final int DISK_MEBIBYTES = 8;
  private static final int TOO_MUCH = 2 * DISK_MEBIBYTES * (1 << 20);
  private static final byte[] LINES =
      """
      {"messages": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}]}
      """
          .repeat(1000)
          .getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void upload_ofMoreThanThereIsRoomFor_isRefusedAndLeavesRoomForTheNext() {
    Ran mount =
        Ran.of(
            List.of("unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", folder.toString()),
            new byte[0]);
    assumeTrue(mount.code() == 0, "skipped where no small disk can be mounted: " + mount.err());
    try (Site site = Site.cramped(Needs.distribution(), folder, DISK_MEBIBYTES)) {
      Caller tenant = site.tenant("acme");

      isFull(tenant.upload("announced.jsonl", new byte[TOO_MUCH]));
      isFull(Caller.send(tenant.uploading(unannounced())));

      assertThat(site.gateway().asItSees("blobs/incoming")).isEmptyDirectory();
      tenant.upload("small.jsonl", LINES).ok();
      assertThat(tenant.get("/v1/files").ok().path("data")).hasSize(1);
    }
  }

  /** Goes out in pieces whose sum nobody knows beforehand. */
  private static BodyPublisher unannounced() {
    byte[] head = Caller.formHead("pieces.jsonl").getBytes(StandardCharsets.UTF_8);
    int pieces = TOO_MUCH / LINES.length;
    return BodyPublishers.concat(
        BodyPublishers.ofByteArrays(List.of(head)),
        BodyPublishers.ofByteArrays(Collections.nCopies(pieces, LINES)),
        BodyPublishers.ofByteArrays(List.of(Caller.formTail().getBytes(StandardCharsets.UTF_8))));
  }

  private static void isFull(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(507);
    assertThat(reply.json().path("error").path("code").asString()).isEqualTo("storage_full");
  }
}
