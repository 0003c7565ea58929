package io.tiltmeter.gateway.hub;

import io.tiltmeter.evaluator.vet.VettingFinding;
import io.tiltmeter.evaluator.vet.VettingLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Flow;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Fetches models from a hub that speaks Hugging Face's protocol. Blocks; memory does not grow with
 * the model.
 */
public final class Hub implements AutoCloseable {
  private static final int MAX_INFO_BYTES = 16 << 20;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final HubConnection connection;
  private final VettingLimits limits;

  /**
   * A hub.
   *
   * @param limits how large a model may be
   */
  public Hub(HubSettings settings, VettingLimits limits) {
    this.connection = new HubConnection(settings);
    this.limits = limits;
  }

  /**
   * Fetches the files that a model may have.
   *
   * @param folder empty; what it holds after a failure is of no use
   * @return fetched and each file checked against what the hub lists, or refused by the names of
   *     its files
   * @throws HubException if the hub has no such model, lets it not be read, does not answer as a
   *     hub does, or sends other bytes than it lists
   */
  public HubResult fetch(HubModel model, Path folder, HubProgress progress) {
    Listing listing = Listing.read(model, info(model), limits);
    if (!listing.findings().isEmpty()) {
      return new HubResult.Refused(
          listing.findings().stream().sorted(Comparator.comparing(VettingFinding::path)).toList());
    }
    long before = 0;
    for (HubFile file : listing.files()) {
      long done = before;
      try (PartialFile partial = new PartialFile(file, folder)) {
        new Transfer(
                connection,
                model,
                file,
                partial,
                arrived -> progress.at(done + arrived, listing.bytes()))
            .run();
      }
      before += file.size();
    }
    return new HubResult.Fetched(listing.skipped(), unchecked(listing.files()));
  }

  private static List<String> unchecked(List<HubFile> files) {
    return files.stream()
        .filter(file -> file.expected() instanceof HubFile.Expected.Unknown)
        .map(HubFile::path)
        .toList();
  }

  private JsonNode info(HubModel model) {
    URI address =
        connection.address(
            "/api/models/%s/revision/%s?blobs=true".formatted(model.path(), model.commit()));
    byte[] document = connection.persist(model.toString(), () -> document(model, address));
    try {
      return MAPPER.readTree(document);
    } catch (JacksonException e) {
      throw new HubException(
          "%s: expected JSON from %s, found something else; check the address of the hub"
              .formatted(model, Redirect.shown(address)),
          e);
    }
  }

  private byte[] document(HubModel model, URI address) throws IOException {
    HttpResponse<Flow.Publisher<List<ByteBuffer>>> answer =
        connection.get(model, address, Map.of("accept", "application/json"));
    String type = answer.headers().firstValue("content-type").orElse("nothing");
    if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      Receiver.discard(answer);
      throw new HubException(
          "%s: expected JSON from %s, found %s; check the address of the hub"
              .formatted(
                  model, Redirect.shown(address), type.split(";", 2)[0].replaceAll("\\p{C}", "?")));
    }
    ByteArrayOutputStream document = new ByteArrayOutputStream();
    Receiver.receive(answer, piece -> append(document, piece, model), connection.patience());
    return document.toByteArray();
  }

  private static void append(ByteArrayOutputStream document, ByteBuffer piece, HubModel model) {
    if (document.size() + piece.remaining() > MAX_INFO_BYTES) {
      throw new HubException(
          "%s: expected a description of at most %d bytes, found more"
              .formatted(model, MAX_INFO_BYTES));
    }
    byte[] bytes = new byte[piece.remaining()];
    piece.get(bytes);
    document.writeBytes(bytes);
  }

  @Override
  public void close() {
    connection.close();
  }
}
