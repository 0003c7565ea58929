package io.tiltmeter.gateway.packfile;

import io.tiltmeter.gateway.sourcefile.Fields;
import io.tiltmeter.gateway.sourcefile.Issue;
import io.tiltmeter.gateway.sourcefile.Issues;
import io.tiltmeter.gateway.sourcefile.JsonLines;
import io.tiltmeter.gateway.sourcefile.Node;
import io.tiltmeter.gateway.sourcefile.Place;
import io.tiltmeter.gateway.sourcefile.Words;
import io.tiltmeter.gateway.sourcefile.YamlFile;
import io.tiltmeter.policy.probe.PackHeader;
import io.tiltmeter.policy.probe.ProbePack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a probe pack: a folder, its {@code pack.yaml}, or one YAML file that holds the probes. */
public final class PackReader {
  /** The version of the file format that this reader expects. */
  public static final String SCHEMA = "tiltmeter.pack/v1";

  private static final String HEADER_FILE = "pack.yaml";
  private static final List<String> KEYS =
      List.of("schema", "name", "version", "language", "licence", "description", "probes");

  private final Path file;
  private final Issues headerIssues;

  private PackReader(Path file) {
    this.file = file;
    this.headerIssues = new Issues(file.toString());
  }

  /**
   * Reads the pack at this path.
   *
   * @return the pack, or every problem of its files
   * @throws IOException if a file cannot be read
   */
  public static PackResult read(Path path) throws IOException {
    return new PackReader(headerFile(path)).read();
  }

  private static Path headerFile(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve(HEADER_FILE) : path;
    if (!Files.exists(file)) {
      throw new NoSuchFileException(
          file.toString(), null, "expected a probe pack's folder, its pack.yaml or one YAML file");
    }
    return file;
  }

  private PackResult read() throws IOException {
    Node root = YamlFile.read(file, headerIssues);
    Optional<Fields> fields = Fields.of(root, "the pack", KEYS, headerIssues);
    if (fields.isEmpty()) {
      return new PackResult.Invalid(headerIssues.inOrder());
    }
    PackHeader header = header(fields.get());
    Probes probes = probes(fields.get());
    List<Issue> issues =
        Stream.of(headerIssues, probes.issues())
            .distinct()
            .flatMap(found -> found.inOrder().stream())
            .toList();
    if (header == null || !issues.isEmpty()) {
      return new PackResult.Invalid(issues);
    }
    return new PackResult.Read(
        new ProbePack(
            header, probes.entries().probes(), PackDigest.of((Node.Members) root, probes.nodes())));
  }

  private @Nullable PackHeader header(Fields fields) {
    fields.checkSchema(SCHEMA, true);
    String name = fields.requiredText("name");
    String version = fields.requiredText("version");
    String language = orEmpty(fields.text("language"));
    String licence = orEmpty(fields.text("licence"));
    String description = orEmpty(fields.text("description"));
    return name == null || version == null
        ? null
        : new PackHeader(name, version, language, licence, description);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /**
   * The probes as far as they could be read.
   *
   * @param issues the problems of the file that holds them
   */
  private record Probes(List<Node> nodes, ProbeEntries entries, Issues issues) {
    static Probes of(List<Node> nodes, Place place, Issues issues) {
      if (nodes.isEmpty()) {
        issues.add(place, "no probes; a pack needs at least one");
      }
      return new Probes(nodes, ProbeEntries.read(nodes, issues), issues);
    }

    static Probes none(Issues issues) {
      return new Probes(List.of(), ProbeEntries.read(List.of(), issues), issues);
    }
  }

  private Probes probes(Fields fields) throws IOException {
    return switch (fields.requiredNode("probes", "the path of a JSON Lines file, or a list")) {
      case null -> Probes.none(headerIssues);
      case Node.Items list -> Probes.of(list.items(), list.place(), headerIssues);
      case Node.Text path -> fromFile(path);
      case Node other -> {
        Fields.reportType(other, "\"probes\"", "a path or a list of probes", headerIssues);
        yield Probes.none(headerIssues);
      }
    };
  }

  private Probes fromFile(Node.Text path) throws IOException {
    Optional<Path> probesFile = probesFile(path);
    if (probesFile.isEmpty()) {
      return Probes.none(headerIssues);
    }
    Issues issues = new Issues(probesFile.get().toString());
    return Probes.of(JsonLines.read(probesFile.get(), issues), Place.START, issues);
  }

  // A pack may come from a stranger: its header must not make the reader open other files.
  private Optional<Path> probesFile(Node.Text path) throws IOException {
    if (leavesFolder(path.value())) {
      return refused(path, "must be the relative path of a file in the pack's own folder");
    }
    Path probesFile = file.resolveSibling(path.value());
    if (!Files.isRegularFile(probesFile)) {
      return refused(path, "must name a file beside this one, and there is none");
    }
    Path folder = file.toAbsolutePath().toRealPath().getParent();
    if (!probesFile.toRealPath().startsWith(folder)) {
      return refused(path, "must stay in the pack's own folder, and is a link that leaves it");
    }
    return Optional.of(probesFile);
  }

  private static boolean leavesFolder(String path) {
    return path.isBlank()
        || path.startsWith("/")
        || path.chars().anyMatch(c -> c == '\\' || c == ':' || Character.isISOControl(c))
        || List.of(path.split("/", -1)).contains("..");
  }

  private Optional<Path> refused(Node.Text path, String problem) {
    headerIssues.add(
        path.place(), "\"probes\" %s; got %s".formatted(problem, Words.quote(path.value())));
    return Optional.empty();
  }
}
