package io.tiltmeter.gateway.sourcefile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** A YAML 1.2 file read into a tree: one document, without anchors, aliases and tags. */
public final class YamlFile {
  /** Longest file read, in bytes. */
  public static final int MAX_BYTES = 16 << 20;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder().setCodePointLimit(MAX_BYTES).build();

  private YamlFile() {}

  /**
   * Reads the file; what is wrong with its text goes to the issues.
   *
   * @return the tree, {@link Node.Broken} where the text is no YAML
   * @throws IOException if the file cannot be read
   */
  public static Node read(Path file, Issues issues) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      issues.add(
          Place.START,
          "file must be at most %d bytes; move probes to a JSON Lines file".formatted(MAX_BYTES));
      return new Node.Broken(Place.START);
    }
    return parse(bytes, issues);
  }

  /** The same for bytes that are in memory already and should be UTF-8. */
  public static Node parse(byte[] bytes, Issues issues) {
    return parse(Utf8.decode(bytes, 1, issues), issues);
  }

  /** The same for text that is in memory already. */
  public static Node parse(String text, Issues issues) {
    if (text.isBlank()) {
      issues.add(Place.START, "file is empty; expected a mapping that begins with \"schema\"");
      return new Node.Broken(Place.START);
    }
    try {
      Iterator<Event> events = new Parse(SETTINGS).parseString(text).iterator();
      return new YamlTree(events, text, issues).document();
    } catch (YamlEngineException e) {
      return broken(e, text, issues);
    }
  }

  private static Node broken(YamlEngineException e, String text, Issues issues) {
    Place place =
        switch (e) {
          case MarkedYamlEngineException marked -> placeOf(marked.getProblemMark());
          case ReaderException unprintable -> placeOf(text, unprintable.getPosition());
          default -> Place.START;
        };
    String problem =
        e instanceof MarkedYamlEngineException marked
            ? marked.getProblem()
            : "a character that YAML does not allow, or too much of one thing";
    issues.add(place, "not YAML: %s".formatted(problem));
    return new Node.Broken(place);
  }

  static Place placeOf(Optional<Mark> mark) {
    return mark.map(m -> new Place(m.getLine() + 1, m.getColumn() + 1)).orElse(Place.START);
  }

  private static Place placeOf(String text, int offset) {
    String before = text.substring(0, Math.min(offset, text.length()));
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    return new Place(line, before.length() - before.lastIndexOf('\n'));
  }
}
