package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.checkpoint.Merge;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tiltmeter model}: what can be done to model directories. */
@Command(
    name = "model",
    description = "Work with model directories.",
    subcommands = {
      ModelAddCommand.class,
      ModelImportCommand.class,
      ModelCommand.MergeCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  tiltmeter model merge --base models/base --adapter out/lora out/merged",
      "  tiltmeter model merge --help"
    })
final class ModelCommand extends GroupCommand {

  /** {@code tiltmeter model merge}. */
  @Command(
      name = "merge",
      description = "Write a base and a PEFT LoRA adapter as one Hugging Face directory.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter model merge --base models/base --adapter out/lora out/merged",
        "  tiltmeter model merge --base models/base --adapter out/lora out/merged --json"
      })
  static final class MergeCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common;

    @Option(names = "--base", required = true, paramLabel = "DIR", description = "The base.")
    private Path base;

    @Option(names = "--adapter", required = true, paramLabel = "DIR", description = "The LoRA.")
    private Path adapter;

    @Parameters(paramLabel = "OUT", description = "The directory to write; it must not exist.")
    private Path out;

    @Override
    public Integer call() {
      java.util.List<Path> files = Merge.merge(base, adapter, out);
      java.io.PrintWriter writer = spec.commandLine().getOut();
      if (common.json()) {
        writer.println(
            Json.line(java.util.Map.of("files", files.stream().map(Path::toString).toList())));
      } else {
        files.forEach(writer::println);
      }
      writer.flush();
      return ExitCode.OK;
    }
  }
}
