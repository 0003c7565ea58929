package io.tiltmeter.gateway.sourcefile;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A JSON Lines file read into one tree a line; blank lines count but give nothing. */
public final class JsonLines {
  /** Longest line read, in bytes without its line end. */
  public static final int MAX_LINE_BYTES = 1 << 20;

  private final InputStream in;
  private final Issues issues;
  private int line;

  private JsonLines(InputStream in, Issues issues) {
    this.in = in;
    this.issues = issues;
  }

  /**
   * Reads the file; what is wrong with its text goes to the issues.
   *
   * @return a tree for every line that is not blank, {@link Node.Broken} where it is no JSON
   * @throws IOException if the file cannot be read
   */
  public static List<Node> read(Path file, Issues issues) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return new JsonLines(in, issues).read();
    }
  }

  private List<Node> read() throws IOException {
    List<Node> nodes = new ArrayList<>();
    ByteArrayOutputStream bytes = nextLine();
    while (bytes != null) {
      line++;
      Node node = node(bytes.toByteArray());
      if (node != null) {
        nodes.add(node);
      }
      bytes = nextLine();
    }
    return nodes;
  }

  private @Nullable Node node(byte[] bytes) {
    Place start = new Place(line, 1);
    if (bytes.length > MAX_LINE_BYTES) {
      issues.add(start, "line must be at most %d bytes; shorten it".formatted(MAX_LINE_BYTES));
      return new Node.Broken(start);
    }
    String text = Utf8.decode(bytes, line, issues);
    return text.isBlank() ? null : JsonText.parse(text, line, issues);
  }

  /** The bytes up to the next line end, at most one more than a line may have; null at the end. */
  private @Nullable ByteArrayOutputStream nextLine() throws IOException {
    int next = in.read();
    if (next < 0) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (next >= 0 && next != '\n') {
      if (bytes.size() <= MAX_LINE_BYTES) {
        bytes.write(next);
      }
      next = in.read();
    }
    return bytes;
  }
}
