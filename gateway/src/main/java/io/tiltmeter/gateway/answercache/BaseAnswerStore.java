package io.tiltmeter.gateway.answercache;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.gateway.db.PlainText;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Answers of base models, by setting and question. */
public final class BaseAnswerStore {
  private final Clock clock;

  public BaseAnswerStore(Clock clock) {
    this.clock = clock;
  }

  /** Those of these questions that were answered in this setting, by question. */
  Map<String, KeptAnswer> find(Sql sql, Digest setting, Set<String> questions) {
    Map<String, KeptAnswer> found = new HashMap<>();
    sql.list(
            BaseAnswerStore::answer,
            """
            select question, text, tokens, stopped from base_answer
            where setting = $1 and question = any($2)
            """,
            setting.toString(),
            questions.toArray(String[]::new))
        .forEach(answer -> found.put(answer.question(), answer));
    return found;
  }

  /** Notes that these are of use; one that somebody else is at is left to them. */
  void touch(Sql sql, Digest setting, Set<String> questions) {
    sql.run(
        """
        update base_answer set used_at = $3
        from (select question from base_answer where setting = $1 and question = any($2)
          for update skip locked) as free
        where setting = $1 and base_answer.question = free.question
        """,
        setting.toString(),
        questions.toArray(String[]::new),
        clock.instant());
  }

  /** Keeps answers; one that is there already stays. */
  void keep(Sql sql, Digest setting, List<KeptAnswer> answers) {
    // In one order, or two that keep the same answers could wait for each other.
    List<KeptAnswer> ordered =
        answers.stream().sorted(Comparator.comparing(KeptAnswer::question)).toList();
    sql.run(
        """
        insert into base_answer (setting, question, text, tokens, stopped, used_at)
        select $1, question, text, string_to_array(tokens, ' ')::int[], stopped, $2
        from unnest($3::text[], $4::text[], $5::text[], $6::text[])
          as given (question, text, tokens, stopped)
        on conflict do nothing
        """,
        setting.toString(),
        clock.instant(),
        texts(ordered, KeptAnswer::question),
        texts(ordered, answer -> PlainText.of(answer.text())),
        texts(ordered, BaseAnswerStore::tokens),
        texts(ordered, answer -> answer.stopped().name().toLowerCase(Locale.ROOT)));
  }

  private static String[] texts(List<KeptAnswer> answers, Function<KeptAnswer, String> member) {
    return answers.stream().map(member).toArray(String[]::new);
  }

  private static String tokens(KeptAnswer answer) {
    return answer.tokens().stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  /**
   * Removes those that were of no use for longest.
   *
   * @param mostBytes what may stay, keys counted
   */
  void trim(Sql sql, long mostBytes) {
    sql.run(
        """
        delete from base_answer using (
          select kept.setting, kept.question from base_answer as kept
          join (select setting, question,
              sum(bytes) over (order by used_at desc, setting, question) as total
            from base_answer where (select sum(bytes) from base_answer) > $1) as ranked
            using (setting, question)
          where total > $1 for update of kept skip locked) as old
        where base_answer.setting = old.setting and base_answer.question = old.question
        """,
        mostBytes);
  }

  private static KeptAnswer answer(Row row) {
    return new KeptAnswer(
        row.getString("question"),
        List.of(row.getArrayOfIntegers("tokens")),
        row.getString("text"),
        Stopped.valueOf(row.getString("stopped").toUpperCase(Locale.ROOT)));
  }
}
