package io.tiltmeter.gateway.hub;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Flow;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One file on its way; what a broken connection brought is kept and the rest asked for. */
final class Transfer {
  private final HubConnection connection;
  private final HubModel model;
  private final HubFile file;
  private final PartialFile partial;
  private final LongConsumer progress;
  private @Nullable String version;

  Transfer(
      HubConnection connection,
      HubModel model,
      HubFile file,
      PartialFile partial,
      LongConsumer progress) {
    this.connection = connection;
    this.model = model;
    this.file = file;
    this.partial = partial;
    this.progress = progress;
  }

  /**
   * Fetches the file and checks it.
   *
   * @throws HubException if it does not come, or is another than was listed
   */
  void run() {
    URI address =
        connection.address(
            "/%s/resolve/%s/%s".formatted(model.path(), model.commit(), file.path()));
    connection.persist(file.path(), () -> attempt(address));
    partial.check();
  }

  private long attempt(URI address) throws IOException {
    if (version == null) {
      partial.restart();
    } else if (partial.size() == file.size()) {
      // It broke after the last byte; there is nothing left to ask for.
      return partial.size();
    }
    HttpResponse<Flow.Publisher<List<ByteBuffer>>> answer =
        connection.get(model, address, headers());
    try {
      begin(answer);
    } catch (IOException | HubException e) {
      Receiver.discard(answer);
      throw e;
    }
    Receiver.receive(answer, this::accept, connection.patience());
    if (partial.size() < file.size()) {
      throw new IOException("it ended after %d of %d bytes".formatted(partial.size(), file.size()));
    }
    return partial.size();
  }

  private void accept(ByteBuffer piece) {
    partial.accept(piece);
    progress.accept(partial.size());
  }

  /** If-Range makes the server start over where the file is another by now (RFC 9110, 13.1.5). */
  private Map<String, String> headers() {
    return version == null || partial.size() == 0
        ? Map.of()
        : Map.of("range", "bytes=%d-".formatted(partial.size()), "if-range", version);
  }

  private void begin(HttpResponse<?> answer) throws IOException {
    HttpHeaders headers = answer.headers();
    if (answer.statusCode() == 206) {
      String expected = "bytes %d-%d/%d".formatted(partial.size(), file.size() - 1, file.size());
      if (!headers.firstValue("content-range").orElse("").equals(expected)) {
        version = null;
        throw new IOException("the server went on elsewhere than was asked, expected " + expected);
      }
      return;
    }
    partial.restart();
    // Only a strong tag says that bytes are the same; a server may answer no other to If-Range.
    version = headers.firstValue("etag").filter(tag -> tag.startsWith("\"")).orElse(null);
    OptionalLong length = headers.firstValueAsLong("content-length");
    if (length.isPresent() && length.getAsLong() != file.size()) {
      throw new HubException(
          "%s: expected %d bytes, as the hub lists it, got %d; try again, or another hub"
              .formatted(file.path(), file.size(), length.getAsLong()));
    }
  }
}
