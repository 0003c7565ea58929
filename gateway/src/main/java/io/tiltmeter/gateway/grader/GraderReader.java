package io.tiltmeter.gateway.grader;

import io.tiltmeter.evaluator.grader.Formula;
import io.tiltmeter.evaluator.grader.Grader;
import io.tiltmeter.evaluator.grader.Template;
import io.tiltmeter.evaluator.similarity.TextMetric;
import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.RequestException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Reads graders in the shape of OpenAI's fine-tuning API. The graders of a {@code multi} may be one
 * grader, as OpenAI's schema has it, or a map by name, as Azure's has it.
 */
public final class GraderReader {
  private static final int MAX_TEXT = 32_768;

  /** As Azure OpenAI limits scripts. */
  private static final int MAX_SOURCE = 256 << 10;

  private static final int MAX_PARTS = 16;
  private static final int MAX_TURNS = 32;
  private static final int MAX_LABELS = 64;
  private static final int MAX_NAME = 64;
  private static final int MAX_TOKENS = 4_096;
  private static final int TOKENS = 256;

  /** What a formula can name. */
  private static final Pattern PART = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");

  /** Labels are no reward by themselves. */
  private static final List<String> WHOLE =
      List.of(
          Grader.StringCheck.TYPE,
          Grader.TextSimilarity.TYPE,
          Grader.ScoreModel.TYPE,
          Grader.Python.TYPE,
          Grader.Multi.TYPE);

  private static final List<String> PARTS =
      List.of(
          Grader.StringCheck.TYPE,
          Grader.TextSimilarity.TYPE,
          Grader.ScoreModel.TYPE,
          Grader.LabelModel.TYPE,
          Grader.Python.TYPE);

  private GraderReader() {}

  /**
   * Reads a grader that stands by itself.
   *
   * @throws RequestException with status 400 that names the first member that is wrong
   */
  public static Grader read(Members grader) {
    return read(grader, WHOLE);
  }

  /**
   * Reads a grader that was read before, of a job that was accepted with it.
   *
   * @throws RequestException if it cannot be read any more
   */
  public static Grader read(JsonNode accepted) {
    return read(Members.of(accepted));
  }

  private static Grader read(Members members, List<String> types) {
    String type =
        members.word("type", types).orElseThrow(() -> Members.missing(members.at("type")));
    String name = text(members, "name", MAX_NAME);
    Grader grader =
        switch (type) {
          case Grader.StringCheck.TYPE -> stringCheck(members, name);
          case Grader.TextSimilarity.TYPE -> similarity(members, name);
          case Grader.ScoreModel.TYPE -> score(members, name);
          case Grader.LabelModel.TYPE -> label(members, name);
          case Grader.Python.TYPE -> python(members, name);
          default -> multi(members, name);
        };
    members.refuseOthers();
    return grader;
  }

  private static Grader stringCheck(Members members, String name) {
    List<String> operations =
        Arrays.stream(Grader.Operation.values()).map(Grader.Operation::wireName).toList();
    return new Grader.StringCheck(
        name,
        template(members, "input"),
        template(members, "reference"),
        Grader.Operation.of(need(members, "operation", operations)).orElseThrow());
  }

  private static Grader similarity(Members members, String name) {
    List<String> metrics = Arrays.stream(TextMetric.values()).map(TextMetric::wireName).toList();
    return new Grader.TextSimilarity(
        name,
        template(members, "input"),
        template(members, "reference"),
        TextMetric.of(need(members, "evaluation_metric", metrics)).orElseThrow());
  }

  private static Grader score(Members members, String name) {
    return new Grader.ScoreModel(
        name,
        text(members, "model", MAX_NAME),
        turns(members),
        range(members),
        members.object("sampling_params").map(GraderReader::maxTokens).orElse(TOKENS));
  }

  /**
   * Graders are asked at temperature 0, so that a grade can be had again; what else may be chosen
   * is checked and has no effect.
   */
  private static int maxTokens(Members sampling) {
    long tokens = sampling.whole("max_completions_tokens", 1, MAX_TOKENS).orElse((long) TOKENS);
    sampling.whole("seed", 0, Integer.MAX_VALUE);
    sampling.above("top_p", 0, 1);
    sampling.number("temperature", 0, 2);
    sampling.word("reasoning_effort", List.of("none", "minimal", "low", "medium", "high", "xhigh"));
    sampling.refuseOthers();
    return Math.toIntExact(tokens);
  }

  private static Grader.Range range(Members members) {
    List<Double> bounds = members.numbers("range").orElse(List.of(0.0, 1.0));
    return checked(
        members.at("range"),
        () -> {
          if (bounds.size() != 2) {
            throw new IllegalArgumentException(
                "expected two numbers, got %d".formatted(bounds.size()));
          }
          return new Grader.Range(bounds.get(0), bounds.get(1));
        });
  }

  private static Grader label(Members members, String name) {
    List<String> labels = labels(members, "labels");
    List<String> passing = labels(members, "passing_labels");
    checked(
        members.at("passing_labels"),
        () -> {
          if (!labels.containsAll(passing)) {
            throw new IllegalArgumentException("expected some of the labels");
          }
          return passing;
        });
    return new Grader.LabelModel(
        name, text(members, "model", MAX_NAME), turns(members), labels, passing);
  }

  private static List<String> labels(Members members, String name) {
    return members.texts(name, MAX_LABELS).orElseThrow(() -> Members.missing(members.at(name)));
  }

  private static Grader python(Members members, String name) {
    String source = text(members, "source", MAX_SOURCE);
    members.text("image_tag");
    return new Grader.Python(name, source);
  }

  private static Grader multi(Members members, String name) {
    Members graders =
        members.object("graders").orElseThrow(() -> Members.missing(members.at("graders")));
    Map<String, Grader> parts = new LinkedHashMap<>();
    if (graders.isText("type")) {
      Grader only = read(graders, PARTS);
      parts.put(part(graders.at("name"), only.name()), only);
    } else {
      for (String key : graders.names()) {
        Members part = graders.object(key).orElseThrow(() -> Members.missing(graders.at(key)));
        parts.put(part(graders.at(key), key), read(part, PARTS));
      }
    }
    if (parts.isEmpty() || parts.size() > MAX_PARTS) {
      throw invalid(members.at("graders"), "expected 1 to %d graders".formatted(MAX_PARTS));
    }
    String formula = text(members, "calculate_output", Formula.MAX_LENGTH);
    return new Grader.Multi(
        name,
        parts,
        checked(members.at("calculate_output"), () -> Formula.of(formula, parts.keySet())));
  }

  private static String part(String param, String name) {
    if (!PART.matcher(name).matches()) {
      throw invalid(
          param, "a formula needs names of letters, digits and \"_\" that begin with a letter");
    }
    return name;
  }

  private static List<Grader.Turn> turns(Members members) {
    List<Members> input =
        members.objects("input").orElseThrow(() -> Members.missing(members.at("input")));
    if (input.isEmpty() || input.size() > MAX_TURNS) {
      throw invalid(members.at("input"), "expected 1 to %d messages".formatted(MAX_TURNS));
    }
    return input.stream().map(GraderReader::turn).toList();
  }

  private static Grader.Turn turn(Members message) {
    List<String> roles =
        Arrays.stream(Grader.Role.values())
            .map(role -> role.name().toLowerCase(Locale.ROOT))
            .toList();
    String role = need(message, "role", roles);
    message.word("type", List.of("message"));
    Template content = content(message);
    message.refuseOthers();
    return new Grader.Turn(Grader.Role.valueOf(role.toUpperCase(Locale.ROOT)), content);
  }

  /** Text, or one piece of text as the API also writes it. */
  private static Template content(Members message) {
    if (!message.isObject("content")) {
      return template(message, "content");
    }
    Members piece = message.object("content").orElseThrow();
    piece.word("type", List.of("input_text", "output_text"));
    Template text = template(piece, "text");
    piece.refuseOthers();
    return text;
  }

  private static Template template(Members members, String name) {
    String text = text(members, name, MAX_TEXT);
    return checked(members.at(name), () -> Template.of(text));
  }

  private static String need(Members members, String name, List<String> words) {
    return members.word(name, words).orElseThrow(() -> Members.missing(members.at(name)));
  }

  private static String text(Members members, String name, int most) {
    String text = members.needText(name);
    if (text.length() > most) {
      throw invalid(
          members.at(name),
          "expected at most %d characters, got %d".formatted(most, text.length()));
    }
    return text;
  }

  private static <T> T checked(String param, Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException e) {
      throw invalid(param, String.valueOf(e.getMessage()));
    }
  }

  private static RequestException invalid(String param, String why) {
    return RequestException.invalid(
        "invalid_grader", param, "Invalid value for '%s': %s.".formatted(param, why));
  }
}
