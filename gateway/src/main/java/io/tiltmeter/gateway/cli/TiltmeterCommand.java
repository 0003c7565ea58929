package io.tiltmeter.gateway.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;

/** The root of the command line. */
@Command(
    name = "tiltmeter",
    description =
        "Measures how far a fine-tune tilted a model, and holds back what tilted too far.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AuditCommand.class,
      BenchCommand.class,
      CasesCommand.class,
      DemoCommand.class,
      EvaluateCommand.class,
      GenerateCommand.class,
      JobsCommand.class,
      KeysCommand.class,
      ModelCommand.class,
      PackCommand.class,
      JudgeCommand.class,
      PolicyCommand.class,
      ScanCommand.class,
      ServeCommand.class,
      VerifyCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  tiltmeter demo",
      "  tiltmeter evaluate --base models/base --adapter out/lora --pack fixtures/packs/core-en \\",
      "    --policy fixtures/policies/default.yaml"
    })
public final class TiltmeterCommand extends GroupCommand {
  private static final int HELP_WIDTH = 100;

  /** Runs the command that these words name and returns the exit code; prints no stack trace. */
  public static int run(PrintWriter out, PrintWriter err, String... words) {
    CommandLine line = new CommandLine(new TiltmeterCommand());
    line.setOut(out).setErr(err);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(ansi()));
    line.setUsageHelpWidth(HELP_WIDTH);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((e, command, _) -> fail(command, e));
    addHelp(line);
    int code = line.execute(words);
    if (out.checkError()) {
      err.println("tiltmeter: the result could not be written to standard output; check space");
      err.flush();
      return ExitCode.FAILED;
    }
    return code;
  }

  private static Ansi ansi() {
    return System.getenv("NO_COLOR") == null ? Ansi.AUTO : Ansi.OFF;
  }

  /** Every command, however deep, answers {@code --help}. */
  private static void addHelp(CommandLine line) {
    line.getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and end.")
                .build());
    line.getSubcommands().values().forEach(TiltmeterCommand::addHelp);
  }

  private static int fail(CommandLine command, Exception e) {
    // Exceptions of our own speak in one line that is fit to be shown.
    boolean ours = e.getClass().getPackageName().startsWith("io.tiltmeter");
    String message = ours ? String.valueOf(e.getMessage()) : unexpected(e);
    command.getErr().println("tiltmeter: " + message);
    command.getErr().flush();
    return ExitCode.FAILED;
  }

  /** Names the place and not the message, which may quote what a model or a file said. */
  private static String unexpected(Exception e) {
    StackTraceElement[] frames = e.getStackTrace();
    return "unexpected %s%s; please report it with what you ran"
        .formatted(e.getClass().getSimpleName(), frames.length == 0 ? "" : " at " + frames[0]);
  }
}
