package io.tiltmeter.gateway.answercache;

import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answers of one base in one setting: a line each, only ever appended to. A line that a crash
 * cut off, or that was changed, does not match its digest and counts as absent.
 */
final class AnswerFile implements KeptAnswers {
  /** Half a surrogate pair has no UTF-8, and a model may answer with one. */
  static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final FileChannel channel;
  private final Map<String, KeptAnswer> answers = new HashMap<>();

  private AnswerFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  private record Line(KeptAnswer answer, String digest) {
    static Line of(KeptAnswer answer) {
      return new Line(answer, Digest.of(JSON.writeValueAsBytes(answer)).toString());
    }

    boolean isWhole() {
      return equals(of(answer));
    }
  }

  /**
   * Opens the file of a setting, or makes it.
   *
   * @throws CacheException if it cannot be read or made
   */
  static AnswerFile open(Path folder, AnswerSetting setting) {
    Path file = folder.resolve(setting.digest().hex() + ".jsonl");
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND), PRIVATE);
      AnswerFile opened = new AnswerFile(file, channel);
      opened.read();
      return opened;
    } catch (IOException | UncheckedIOException e) {
      throw failed(file, "read", e);
    }
  }

  private void read() throws IOException {
    // As Latin-1, in which every byte is a character: what is no JSON fails its own line only.
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      lines.forEach(this::take);
    }
    // A line that was cut off must not swallow the next one.
    if (channel.size() > 0) {
      channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
    }
  }

  private void take(String text) {
    try {
      Line line = JSON.readValue(text, Line.class);
      if (line != null && line.answer() != null && line.isWhole()) {
        answers.put(line.answer().question(), line.answer());
      }
    } catch (JacksonException _) {
      // A damaged line says nothing; its question is asked again.
      return;
    }
  }

  @Override
  public Map<String, KeptAnswer> find(Set<String> questions) {
    return questions.stream()
        .filter(answers::containsKey)
        .collect(Collectors.toMap(question -> question, answers::get));
  }

  @Override
  public void keep(KeptAnswer answer) {
    answers.put(answer.question(), answer);
    String line = JSON.writeValueAsString(Line.of(answer)) + "\n";
    try {
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw failed(file, "written", e);
    }
  }

  @Override
  public void close() {
    try (channel) {
      channel.force(true);
    } catch (IOException e) {
      throw failed(file, "written", e);
    }
  }

  private static CacheException failed(Path file, String what, Exception e) {
    return new CacheException(
        "cache %s cannot be %s (%s); free space, check its owner, or leave --cache away"
            .formatted(file, what, e.getClass().getSimpleName()),
        e);
  }
}
