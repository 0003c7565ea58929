package io.tiltmeter.gateway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only groups others: by itself it is a usage error. */
abstract class GroupCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "expected one of "
            + String.join(", ", spec.subcommands().keySet())
            + " after \""
            + spec.qualifiedName()
            + "\"");
  }
}
