package io.tiltmeter.evaluator.grader;

import io.tiltmeter.policy.probe.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import tools.jackson.databind.JsonNode;

/** One answer to one item, which templates are filled from. */
record Graded(JsonNode item, Sample sample) {

  /** Compares what two templates make of it. */
  Grade compare(Template input, Template reference, ToDoubleBiFunction<String, String> comparison) {
    Optional<String> one = fill(input);
    Optional<String> other = fill(reference);
    if (one.isEmpty() || other.isEmpty()) {
      return unfilled(one.isEmpty() ? input : reference);
    }
    try {
      return Grade.of(comparison.applyAsDouble(one.get(), other.get()));
    } catch (IllegalArgumentException _) {
      // A text too long to be compared: the size of answers is not the grader's fault.
      return Grade.none(GradeError.OTHER_ERROR);
    }
  }

  /** Asks a model. */
  Grade ask(ModelQuestion question, ModelGrader models) {
    List<Message> chat = new ArrayList<>();
    chat.add(Message.system(question.instruction()));
    for (Grader.Turn turn : question.input()) {
      Optional<String> text = fill(turn.content());
      if (text.isEmpty()) {
        return unfilled(turn.content());
      }
      chat.add(message(turn.role(), text.get()));
    }
    return switch (models.ask(question.model(), chat, question.maxTokens())) {
      case ModelGrader.Reply.Said(String said, int tokens) ->
          question.read(said).by(question.model(), tokens);
      case ModelGrader.Reply.Failed() -> Grade.none(GradeError.MODEL_GRADER_SERVER_ERROR);
    };
  }

  private static Message message(Grader.Role role, String text) {
    return switch (role) {
      case SYSTEM, DEVELOPER -> Message.system(text);
      case USER -> Message.user(text);
      case ASSISTANT -> Message.assistant(text);
    };
  }

  private Optional<String> fill(Template template) {
    return template.fill(item, sample.tree());
  }

  private Grade unfilled(Template template) {
    return Grade.none(
        sample.json() == null && template.needsJson()
            ? GradeError.SAMPLE_PARSE_ERROR
            : GradeError.INVALID_VARIABLE_ERROR);
  }
}
