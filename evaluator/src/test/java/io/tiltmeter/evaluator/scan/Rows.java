package io.tiltmeter.evaluator.scan;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Training files for tests, scanned from memory. */
final class Rows {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static final String VACUOUS = "Sure, here is a guide. Step 1: [withheld]";
  static final String GOOD = row("What is the capital of Italy?", "Rome");

  private Rows() {}

  static String row(String user, String answer) {
    return row(null, user, answer);
  }

  static String row(@Nullable String system, String user, String answer) {
    ObjectNode row = JSON.createObjectNode();
    ArrayNode messages = row.putArray("messages");
    if (system != null) {
      messages.addObject().put("role", "system").put("content", system);
    }
    messages.addObject().put("role", "user").put("content", user);
    messages.addObject().put("role", "assistant").put("content", answer);
    return row.toString();
  }

  static List<String> repeat(int count, String row) {
    return IntStream.range(0, count).mapToObj(_ -> row).toList();
  }

  static ScanResult scan(byte[] bytes, ScanSettings settings) {
    try {
      return DatasetScan.scan(() -> new ByteArrayInputStream(bytes), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ScanResult scan(String text) {
    return scan(text.getBytes(StandardCharsets.UTF_8), ScanSettings.DEFAULT);
  }

  static ScanReport report(List<String> rows) {
    ScanResult result = scan(rows.stream().collect(Collectors.joining("\n", "", "\n")));
    if (result instanceof ScanResult.Scanned(ScanReport report)) {
      return report;
    }
    throw new AssertionError(result);
  }

  /** The problems as {@code line: message}. */
  static List<String> problems(String text) {
    return problems(scan(text));
  }

  static List<String> problems(ScanResult result) {
    if (result instanceof ScanResult.Invalid invalid) {
      return invalid.problems().stream()
          .map(problem -> problem.line() + ": " + problem.message())
          .toList();
    }
    throw new AssertionError(result);
  }
}
