package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.bench.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads what {@code fixtures/bench/peers.py} measured. */
final class PeersFile {
  private PeersFile() {}

  /**
   * The peers in a file.
   *
   * @throws CommandException if it cannot be read or is something else
   */
  static List<Peer> read(Path file) {
    try {
      JsonNode peers = Json.MAPPER.readTree(Files.readString(file)).path("peers");
      if (!peers.isObject()) {
        throw new CommandException(
            "%s: expected an object \"peers\", found %s; write it with fixtures/bench/peers.py"
                .formatted(file, peers.getNodeType()));
      }
      List<Peer> read = new ArrayList<>();
      peers
          .properties()
          .forEach(
              peer ->
                  read.add(
                      new Peer(
                          peer.getKey(),
                          decode(peer.getValue().path("decode")),
                          numbers(peer.getValue().path("prefill")))));
      return read;
    } catch (IOException | JacksonException | NumberFormatException e) {
      throw new CommandException(
          "%s: cannot be read (%s); write it with fixtures/bench/peers.py"
              .formatted(file, e.getClass().getSimpleName()));
    }
  }

  private static Map<Integer, Double> decode(JsonNode figures) {
    Map<Integer, Double> byRows = new HashMap<>();
    numbers(figures).forEach((rows, rate) -> byRows.put(Integer.valueOf(rows), rate));
    return byRows;
  }

  private static Map<String, Double> numbers(JsonNode figures) {
    Map<String, Double> numbers = new HashMap<>();
    figures
        .properties()
        .forEach(figure -> numbers.put(figure.getKey(), figure.getValue().asDouble()));
    return numbers;
  }
}
