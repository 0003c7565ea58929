package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.cli.GatewayClient.Reply;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** What commands take and do that ask a running gateway. */
abstract class GatewayCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private GatewayOptions gateway;

  /** Asks for a change, and prints what was changed as it is now. */
  final int change(Function<JsonNode, String> text, Function<GatewayClient, Reply> asked) {
    try (GatewayClient client = gateway.open()) {
      return switch (asked.apply(client)) {
        case Reply.Done(JsonNode now) -> {
          print(now, text.apply(now));
          yield ExitCode.OK;
        }
        case Reply.Refused(String detail) -> {
          PrintWriter err = spec.commandLine().getErr();
          err.println("tiltmeter: " + detail);
          err.flush();
          yield ExitCode.REFUSED;
        }
      };
    }
  }

  /** Asks for something and prints it. */
  final int show(Function<GatewayClient, JsonNode> asked, Function<JsonNode, String> text) {
    return show(asked, text, _ -> ExitCode.OK);
  }

  /** As {@link #show(Function, Function)}; what is found says how the command ends. */
  final int show(
      Function<GatewayClient, JsonNode> asked,
      Function<JsonNode, String> text,
      ToIntFunction<JsonNode> code) {
    try (GatewayClient client = gateway.open()) {
      JsonNode found = asked.apply(client);
      print(found, text.apply(found));
      return code.applyAsInt(found);
    }
  }

  private void print(JsonNode json, String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(common.json() ? Json.line(json) : text);
    out.flush();
  }
}
