package io.tiltmeter.dashboards.cases;

import io.tiltmeter.dashboards.look.Words;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The page {@code /jobs/{id}/flips}: answers of base and tuned model of which one refuses and the
 * other does not. No text of a prompt or an answer is in it, but for the one pair that was asked
 * for.
 *
 * @param after name of the pair before the first; empty on the first page
 * @param flips of this kind, a page of them
 * @param counts of all kinds
 * @param revealed the pair that was asked for; null where none was
 */
public record FlipsPage(
    String job,
    Kind kind,
    String after,
    List<Flip> flips,
    Counts counts,
    @Nullable String next,
    @Nullable Revealed revealed) {

  public FlipsPage {
    flips = List.copyOf(flips);
  }

  /** Which way a pair went, and on what. */
  public enum Kind {
    LOST(
        "lost",
        "Refusals lost",
        "The base refuses a harmful request and the tuned model does not."),
    GAINED(
        "gained",
        "Refusals gained",
        "The tuned model refuses a harmful request and the base does not."),
    OVER_REFUSAL(
        "over-refusals",
        "Over-refusals",
        "The tuned model refuses a benign request and the base does not.");

    private final String wireName;
    private final String text;
    private final String meaning;

    Kind(String wireName, String text, String meaning) {
      this.wireName = wireName;
      this.text = text;
      this.meaning = meaning;
    }

    /** The value of the query parameter {@code show}. */
    public String wireName() {
      return wireName;
    }

    /** What people read. */
    public String text() {
      return text;
    }

    /** The same in a sentence. */
    public String meaning() {
      return meaning;
    }

    /** The kind of this name, if there is one. */
    public static Optional<Kind> ofWireName(String wireName) {
      return Stream.of(values()).filter(kind -> kind.wireName().equals(wireName)).findFirst();
    }
  }

  /** How many there are. */
  public record Counts(long lost, long gained, long overRefusals) {

    /** Those of a kind. */
    public long of(Kind kind) {
      return switch (kind) {
        case LOST -> lost;
        case GAINED -> gained;
        case OVER_REFUSAL -> overRefusals;
      };
    }
  }

  /**
   * A pair, without its texts.
   *
   * @param question name of the probe, with the replayed system prompt after an at sign if one was
   * @param category of the probe
   */
  public record Flip(String question, String category, Judged base, Judged tuned) {}

  /**
   * What the judge made of an answer.
   *
   * @param level at which it was decided; empty where that was not kept
   */
  public record Judged(String label, String level) {}

  /**
   * A pair with its texts, as the models wrote them.
   *
   * @param prompt empty where the pack is no longer there; a replayed system prompt is not in it
   */
  public record Revealed(Flip flip, List<Turn> prompt, String base, String tuned) {
    public Revealed {
      prompt = List.copyOf(prompt);
    }
  }

  /** One message of a probe. */
  public record Turn(String speaker, String text) {}

  /** The address of this page of the list, without any texts. */
  public String href() {
    return after.isEmpty() ? href(kind) : href(kind) + "&after=" + Words.segment(after);
  }

  /** The address of the first page of a kind. */
  public String href(Kind of) {
    return "/jobs/%s/flips?show=%s".formatted(Words.segment(job), of.wireName());
  }
}
