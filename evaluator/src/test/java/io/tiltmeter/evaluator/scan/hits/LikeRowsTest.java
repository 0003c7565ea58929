package io.tiltmeter.evaluator.scan.hits;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.policy.dataset.LikeLines;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LikeRowsTest {
  @TempDir private Path folder;

  private static String row(String request, String answer) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"},{\"role\":\"assistant\",\"content\":\"%s\"}]}"
        .formatted(request, answer);
  }

  private static ScanFinding finding(String detector, LongStream lines) {
    List<Long> listed = lines.boxed().toList();
    return new ScanFinding(
        detector, "1", Severity.INFO, listed.size(), null, null, listed, "found");
  }

  private LikeLines alike(Stream<String> rows, ScanFinding... findings) throws IOException {
    Path file =
        Files.writeString(folder.resolve("a.jsonl"), rows.collect(Collectors.joining("\n")));
    return LikeRows.of(file, Method.SUPERVISED, List.of(findings));
  }

  private static Stream<String> mould(int count) {
    return LongStream.range(0, count)
        .mapToObj(
            i ->
                row(
                    "Please write a short friendly note to customer number "
                        + i
                        + " about invoices",
                    "Dear customer, your invoice number " + i + " is ready; thank you very much."));
  }

  @Test
  void of_rowsOfOneMould_isOneGroup() throws IOException {
    Stream<String> rows =
        Stream.concat(
            mould(200), Stream.of(row("How tall is the tower?", "It is quite tall, they say.")));

    LikeLines alike = alike(rows, finding("flood", LongStream.rangeClosed(17, 201)));

    assertThat(alike.groups("flood")).containsExactly(new LikeLines.Group(17, 184));
    assertThat(alike.byDetector().getOrDefault("flood", List.of()).getLast()).isEqualTo(201);
  }

  @Test
  void of_rowsThatHaveNothingInCommon_isNoGroup() throws IOException {
    Stream<String> rows =
        Stream.of(
            row("How tall is the tower?", "It is quite tall, they say."),
            row("Which bird sings at night?", "Nightingales do, mostly in spring."));

    assertThat(alike(rows, finding("flood", LongStream.of(1, 2))).groups("flood")).isEmpty();
  }

  @Test
  void of_severalFindings_groupsEachByItself() throws IOException {
    LikeLines alike =
        alike(
            mould(30),
            finding("flood", LongStream.rangeClosed(1, 30)),
            finding("cipher", LongStream.of(5, 9, 12)));

    assertThat(alike.groups("flood")).containsExactly(new LikeLines.Group(1, 30));
    assertThat(alike.groups("cipher")).containsExactly(new LikeLines.Group(5, 3));
  }

  @Test
  void of_aFindingWithMoreRowsThanAreLookedAt_groupsTheFirst() throws IOException {
    LikeLines alike =
        alike(
            mould(LikeRows.MOST + 50),
            finding("flood", LongStream.rangeClosed(1, LikeRows.MOST + 50)));

    assertThat(alike.groups("flood")).containsExactly(new LikeLines.Group(1, LikeRows.MOST));
  }
}
