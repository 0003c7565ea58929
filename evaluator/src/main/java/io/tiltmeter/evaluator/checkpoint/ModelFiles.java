package io.tiltmeter.evaluator.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A directory that holds only files a model may bring; whatever else lies there refuses the whole
 * directory by name, before a byte of any file is read.
 */
final class ModelFiles {
  /** The files that go into a merged model beside its weights. */
  static final List<String> BESIDE_WEIGHTS =
      List.of(
          "chat_template.jinja",
          "config.json",
          "generation_config.json",
          "merges.txt",
          "special_tokens_map.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "vocab.json");

  static final String SAFETENSORS = ".safetensors";
  static final String INDEX = "model.safetensors.index.json";

  /** Stored with a model but never read: a release folder carries the last two. */
  private static final Set<String> UNREAD =
      Set.of("README.md", "attestation.json", "mlbom.cdx.json");

  private static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("bin", "pickle"),
          Map.entry("ckpt", "pickle"),
          Map.entry("joblib", "pickle"),
          Map.entry("pickle", "pickle"),
          Map.entry("pkl", "pickle"),
          Map.entry("pt", "pickle"),
          Map.entry("pth", "pickle"),
          Map.entry("gguf", "GGUF, which \"model import\" turns into a model directory"),
          Map.entry("h5", "HDF5"),
          Map.entry("keras", "Keras archive"),
          Map.entry("onnx", "ONNX graph"),
          Map.entry("py", "program code"),
          Map.entry("so", "program code"),
          Map.entry("7z", "archive"),
          Map.entry("gz", "archive"),
          Map.entry("tar", "archive"),
          Map.entry("zip", "archive"));

  private final Path directory;

  private ModelFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * Looks at the names in a directory.
   *
   * @throws ModelException if it cannot be listed, or holds anything that is not on the allow-list
   */
  static ModelFiles open(Path directory) {
    return open(directory, ModelFiles::isAllowed, "*.safetensors, their index, config and");
  }

  /**
   * Looks at the names in the directory of an ONNX export.
   *
   * @param graphs names of graphs and of the weights beside them
   * @throws ModelException if it cannot be listed, or holds anything that is not on the allow-list
   */
  static ModelFiles openExport(Path directory, Predicate<String> graphs) {
    return open(
        directory,
        name -> graphs.test(name) || BESIDE_WEIGHTS.contains(name) || UNREAD.contains(name),
        "*.onnx, *.onnx_data, config and");
  }

  private static ModelFiles open(Path directory, Predicate<String> allowed, String kinds) {
    try {
      Path real = directory.toRealPath();
      if (!Files.isDirectory(real)) {
        throw new ModelException(
            "%s: expected a model directory, found a file".formatted(directory));
      }
      try (Stream<Path> children = Files.list(real)) {
        children.sorted().forEach(file -> check(file, allowed, kinds));
      }
      return new ModelFiles(real);
    } catch (IOException e) {
      throw new ModelException(
          "%s: expected a readable model directory, found none".formatted(directory), e);
    }
  }

  private static void check(Path file, Predicate<String> allowed, String kinds) {
    if (Files.isSymbolicLink(file)) {
      checkLink(file);
    } else if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(
          file,
          Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) ? "subdirectory" : "special file",
          kinds);
    }
    String name = file.getFileName().toString();
    if (!allowed.test(name)) {
      String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
      throw refused(file, KINDS.getOrDefault(extension, "unknown file"), kinds);
    }
  }

  private static void checkLink(Path link) {
    if (!staysInside(link)) {
      throw new ModelException(
          "%s: symbolic link that leaves the model directory; copy the files themselves (cp -rL)"
              .formatted(link));
    }
  }

  private static boolean staysInside(Path link) {
    try {
      Path target = link.toRealPath();
      return target.equals(link.resolveSibling(target.getFileName()))
          && Files.isRegularFile(target);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isAllowed(String name) {
    return name.endsWith(SAFETENSORS)
        || BESIDE_WEIGHTS.contains(name)
        || UNREAD.contains(name)
        || name.equals("adapter_config.json")
        || name.equals(INDEX);
  }

  private static ModelException refused(Path file, String kind, String kinds) {
    return new ModelException(
        "%s: refused (%s); a model directory may hold %s".formatted(file, kind, kinds)
            + " tokenizer files and README.md only: remove it");
  }

  /** Real path of the directory. */
  Path directory() {
    return directory;
  }

  /** Real path of a file, if it is there. */
  Optional<Path> find(String name) {
    Path file = directory.resolve(name);
    return Files.isRegularFile(file) ? Optional.of(real(file)) : Optional.empty();
  }

  /**
   * Real path of a file.
   *
   * @throws ModelException if it is missing; the message ends with {@code advice}
   */
  Path require(String name, String advice) {
    return find(name)
        .orElseThrow(
            () -> new ModelException("%s: %s is missing; %s".formatted(directory, name, advice)));
  }

  /** Names of all safetensors files, sorted. */
  List<String> safetensors() {
    return names(name -> name.endsWith(SAFETENSORS));
  }

  /** Names of the files that a condition holds for, sorted. */
  List<String> names(Predicate<String> wanted) {
    try (Stream<Path> children = Files.list(directory)) {
      return children.map(file -> file.getFileName().toString()).filter(wanted).sorted().toList();
    } catch (IOException e) {
      throw new ModelException("%s: cannot be listed".formatted(directory), e);
    }
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw new ModelException("%s: cannot be read".formatted(file), e);
    }
  }
}
