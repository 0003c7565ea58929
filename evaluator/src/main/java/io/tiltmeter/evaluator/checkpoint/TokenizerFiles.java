package io.tiltmeter.evaluator.checkpoint;

import io.tiltmeter.policy.lineage.CanonicalJson;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files by which a base turns a conversation into tokens, and their digest. */
public final class TokenizerFiles {
  private static final List<String> NAMES =
      List.of(
          "chat_template.jinja",
          "merges.txt",
          "special_tokens_map.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "vocab.json");

  private TokenizerFiles() {}

  /** The digest over names and digests of those that this base has. */
  public static Digest digest(Manifest base) {
    Map<String, String> files = new TreeMap<>();
    for (String name : NAMES) {
      base.find(name).ifPresent(file -> files.put(name, file.digest().toString()));
    }
    return Digest.of(CanonicalJson.of(files));
  }

  /**
   * The same digest of a base in this folder.
   *
   * @throws ModelException if a file cannot be read
   */
  public static Digest digest(Path base) {
    Map<String, String> files = new TreeMap<>();
    for (String name : NAMES) {
      Path file = base.resolve(name);
      if (Files.isRegularFile(file)) {
        files.put(name, digestOf(file));
      }
    }
    return Digest.of(CanonicalJson.of(files));
  }

  private static String digestOf(Path file) {
    try {
      return Digest.of(Files.readAllBytes(file)).toString();
    } catch (IOException e) {
      throw new ModelException(
          "%s: cannot be read for the tokenizer's digest (%s); check its permissions"
              .formatted(file, e.getClass().getSimpleName()));
    }
  }
}
