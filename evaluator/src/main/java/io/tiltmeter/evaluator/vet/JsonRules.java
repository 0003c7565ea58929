package io.tiltmeter.evaluator.vet;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.StrictJson;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** What is refused in a JSON file of an artifact. */
final class JsonRules {
  /** No configuration or tokenizer of a known model nests half as deep. */
  private static final int MAX_DEPTH = 64;

  /** Members by which the transformers library finds program code, also in another repository. */
  private static final Set<String> CODE =
      Set.of("auto_map", "custom_generate", "custom_pipelines", "trust_remote_code");

  /** Here member names are words of the vocabulary or names of tensors. */
  private static final Set<String> WORD_LISTS =
      Set.of(AllowedFiles.TOKENIZER, "vocab.json", AllowedFiles.INDEX);

  private JsonRules() {}

  static boolean concern(String name) {
    return name.endsWith(".json");
  }

  /** Reads a file, adds what is wrong with it, and gives its tree where it could be read. */
  static Optional<JsonNode> check(Path file, String name, Findings findings) {
    try {
      JsonNode root = StrictJson.readObject(file);
      if (depth(root, 1) > MAX_DEPTH) {
        findings.add(
            VettingRule.JSON_DEPTH,
            name,
            "expected JSON of at most %d levels, found more".formatted(MAX_DEPTH));
      }
      if (!WORD_LISTS.contains(name)) {
        refuseCode(root, name, findings);
      }
      return Optional.of(root);
    } catch (ModelException e) {
      findings.add(VettingRule.INVALID_JSON, name, Reason.of(e, file));
      return Optional.empty();
    }
  }

  /** The parser stops at 500 levels, so that recursion is safe; this stops a little earlier. */
  private static int depth(JsonNode node, int level) {
    int deepest = level;
    for (JsonNode child : node) {
      if (child.isContainer() && deepest <= MAX_DEPTH) {
        deepest = Math.max(deepest, depth(child, level + 1));
      }
    }
    return deepest;
  }

  private static void refuseCode(JsonNode root, String name, Findings findings) {
    Set<String> members = new TreeSet<>();
    collectCode(root, members);
    for (String member : members) {
      findings.add(
          VettingRule.CODE_REFERENCE,
          name,
          "member \"%s\": a model may not bring program code; remove the member".formatted(member));
    }
  }

  private static void collectCode(JsonNode node, Set<String> members) {
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      if (CODE.contains(member.getKey())) {
        members.add(member.getKey());
      }
    }
    node.forEach(child -> collectCode(child, members));
  }
}
