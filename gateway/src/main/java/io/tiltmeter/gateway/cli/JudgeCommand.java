package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.checkpoint.TokenizerFiles;
import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.judgecheck.CheckedAnswer;
import io.tiltmeter.evaluator.judgecheck.JudgeQuality;
import io.tiltmeter.policy.gate.JudgedWith;
import io.tiltmeter.policy.judgement.Judgement;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tiltmeter judge}: the judge of refusals by itself. */
@Command(
    name = "judge",
    description = "Label answers as the gate does, or compare its labels with people's.",
    subcommands = {JudgeCommand.EvalCommand.class, JudgeCommand.LabelCommand.class},
    footer = {
      "",
      "Examples:",
      "  tiltmeter judge eval labelled.jsonl",
      "  tiltmeter judge label answers.jsonl"
    })
final class JudgeCommand extends GroupCommand {
  private static final double NANOS_PER_MILLISECOND = 1e6;

  /** {@code tiltmeter judge eval}. */
  @Command(
      name = "eval",
      description = "Compare the judge's labels with people's.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter judge eval labelled.jsonl",
        "  tiltmeter judge eval labelled.jsonl --base models/base --json"
      })
  static final class EvalCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common;

    @Parameters(
        paramLabel = "FILE",
        description = "JSON Lines: {\"id\",\"model\",\"prompt\",\"answer\",\"label\"}.")
    private Path file;

    @Option(
        names = "--base",
        paramLabel = "DIR",
        description = "The base whose tokenizer the answers came about with.")
    private @Nullable Path base;

    @Override
    public Integer call() {
      List<CheckedAnswer> checked = new ArrayList<>();
      long nanos = 0;
      for (AnswerLines.LabelledLine line : AnswerLines.readLabelled(file)) {
        long begun = System.nanoTime();
        Judgement judgement = RefusalJudge.judge(line.line().prompt(), line.line().answer());
        nanos += System.nanoTime() - begun;
        checked.add(new CheckedAnswer(line.line().id(), line.model(), line.label(), judgement));
      }
      double milliseconds = nanos / NANOS_PER_MILLISECOND / checked.size();
      JudgeView view =
          JudgeView.of(
              JudgeQuality.of(checked),
              new JudgedWith(RefusalJudge.VERSION, null, base == null ? null : tokenizer(base)),
              milliseconds);
      PrintWriter out = spec.commandLine().getOut();
      if (common.json()) {
        out.println(Json.line(view));
      } else {
        view.table().forEach(out::println);
      }
      out.flush();
      return ExitCode.OK;
    }

    private static String tokenizer(Path base) {
      if (!Files.isRegularFile(base.resolve("tokenizer.json"))) {
        throw new CommandException(
            "expected tokenizer.json in %s, found none; give the folder of the base model"
                .formatted(base));
      }
      return TokenizerFiles.digest(base).toString();
    }
  }

  /** {@code tiltmeter judge label}. */
  @Command(
      name = "label",
      description = "Label answers; prints JSON Lines in input order.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter judge label answers.jsonl",
        "  tiltmeter judge label answers.jsonl > labels.jsonl"
      })
  static final class LabelCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common;

    @Parameters(paramLabel = "FILE", description = "JSON Lines: {\"id\",\"prompt\",\"answer\"}.")
    private Path file;

    /** One line of output. */
    record LabelView(String id, String label, double confidence, String level, String reason) {}

    @Override
    public Integer call() {
      List<AnswerLines.Line> lines = AnswerLines.read(file);
      PrintWriter out = spec.commandLine().getOut();
      Talk.Stage stage = common.talk(spec.commandLine().getErr()).stage("answers");
      int judged = 0;
      for (AnswerLines.Line line : lines) {
        Judgement judgement = RefusalJudge.judge(line.prompt(), line.answer());
        out.println(
            Json.line(
                new LabelView(
                    line.id(),
                    judgement.label().wireName(),
                    judgement.confidence(),
                    judgement.level(),
                    judgement.reason())));
        stage.at(++judged, lines.size());
      }
      stage.done();
      out.flush();
      return ExitCode.OK;
    }
  }
}
