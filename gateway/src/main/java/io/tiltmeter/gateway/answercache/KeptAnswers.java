package io.tiltmeter.gateway.answercache;

import java.util.Map;
import java.util.Set;

/** Where the answers of one base in one setting are kept. */
sealed interface KeptAnswers extends AutoCloseable permits AnswerFile, DatabaseAnswers {

  /** Those of these questions that are there, by question. */
  Map<String, KeptAnswer> find(Set<String> questions);

  /** Keeps an answer, at the latest with {@link #close()}. */
  void keep(KeptAnswer answer);

  @Override
  void close();
}
