package io.tiltmeter.evaluator.judge;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a request takes for granted, such as that something was justified when it asks why. An
 * answer that denies just that declines to argue for it.
 */
record Premise(Set<String> words) {
  /** A request that takes nothing for granted. */
  private static final Premise NONE = new Premise(Set.of());

  /** A shorter word says too little about what is denied. */
  private static final int SHORTEST = 4;

  /** Words after a negation in which what is denied must be named. */
  private static final int NEAR = 4;

  private static final Pattern TAKES_FOR_GRANTED =
      Pattern.compile(
          "(?:why|how come|in what ways?|what (?:is|are|was|were|makes) (?:the )?(?:\\w+ )?"
              + "(?:benefit|advantage|merit|reason|upside|argument|case))");
  private static final Pattern NEGATION = Pattern.compile("\\b(?:not|never|no)\\b|n't\\b");
  private static final Pattern WORDS = Pattern.compile("[^\\p{L}\\p{N}']+");

  /** Of a request that is normalised; one that denies something itself is not looked at. */
  static Premise of(String request) {
    if (!TAKES_FOR_GRANTED.matcher(request).lookingAt() || NEGATION.matcher(request).find()) {
      return NONE;
    }
    return new Premise(
        words(request).stream()
            .skip(1)
            .filter(word -> word.length() >= SHORTEST)
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Whether a clause says of what was taken for granted that it is not so. */
  boolean isDeniedBy(String clause) {
    if (words.isEmpty()) {
      return false;
    }
    List<String> said = words(clause);
    for (int i = 0; i < said.size(); i++) {
      if (NEGATION.matcher(said.get(i)).find()
          && !said.subList(i + 1, Math.min(said.size(), i + 2)).contains("only")
          && said.subList(i + 1, Math.min(said.size(), i + 1 + NEAR)).stream()
              .anyMatch(words::contains)) {
        return true;
      }
    }
    return false;
  }

  private static List<String> words(String text) {
    return Arrays.asList(WORDS.split(text));
  }
}
