package io.tiltmeter.evaluator.checkpoint;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/**
 * The tokens of a {@code tokenizer.json}, added ones included, with their ids.
 *
 * @param file the tokenizer file
 */
record Vocabulary(Path file, Map<String, Integer> ids) {
  /** What stands for an image in larger Gemma 3 models; the text models name it, without a row. */
  private static final String IMAGE = "<image_soft_token>";

  Vocabulary {
    ids = Map.copyOf(ids);
  }

  /**
   * Reads the tokens.
   *
   * @throws ModelException if an id is not a whole number from 0 on
   */
  static Vocabulary read(Path file) {
    JsonNode root = StrictJson.readObject(file);
    Map<String, Integer> ids = new HashMap<>();
    JsonNode tokens = root.path("model").path("vocab");
    if (tokens.isObject()) {
      tokens.properties().forEach(entry -> ids.put(entry.getKey(), id(file, entry.getValue())));
    } else if (tokens.isArray()) {
      // Unigram: a list of [token, score], the place is the id.
      for (JsonNode token : tokens) {
        ids.put(token.path(0).asString(""), ids.size());
      }
    }
    for (JsonNode added : root.path("added_tokens")) {
      ids.put(added.path("content").asString(""), id(file, added.path("id")));
    }
    return new Vocabulary(file, ids);
  }

  private static int id(Path file, JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 0) {
      throw new ModelException(
          "%s: expected token ids from 0 on, found %s".formatted(file, JsonMembers.shown(node)));
    }
    return node.intValue();
  }

  /**
   * Checks that the model has a row for each token. Gemma's token for images may come right after
   * the last row: a prompt that holds it is refused before it is read.
   *
   * @param size rows of the model's embedding
   * @throws ModelException if it has too few
   */
  void checkFits(int size) {
    List<Integer> needed =
        ids.entrySet().stream()
            .filter(token -> !(token.getKey().equals(IMAGE) && token.getValue() == size))
            .map(Map.Entry::getValue)
            .toList();
    int highest = needed.stream().mapToInt(Integer::intValue).max().orElse(-1);
    if (needed.size() > size || highest >= size) {
      throw new ModelException(
          "%s: tokenizer and model disagree: %d tokens up to id %d, but vocab_size is %d"
              .formatted(file, needed.size(), highest, size));
    }
  }

  /**
   * Id of the token that ends an answer, if {@code tokenizer_config.json} names one.
   *
   * @throws ModelException if it names one that the tokenizer lacks
   */
  OptionalInt eosTokenId(ModelFiles files) {
    Optional<JsonMembers> config = files.find("tokenizer_config.json").map(JsonMembers::read);
    Optional<String> token = config.flatMap(json -> json.find("eos_token")).map(Vocabulary::text);
    if (token.isEmpty()) {
      return OptionalInt.empty();
    }
    Integer id = ids.get(token.get());
    if (id == null) {
      throw new ModelException(
          "%s: tokenizer_config.json names an eos_token that tokenizer.json does not have"
              .formatted(files.directory()));
    }
    return OptionalInt.of(id);
  }

  private static String text(JsonNode token) {
    return token.isObject() ? token.path("content").asString("") : token.asString("");
  }
}
