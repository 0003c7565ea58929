package io.tiltmeter.gateway.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Commands by which people change the policy of a running gateway: one proposes, another activates.
 */
final class PolicyProposalCommands {
  private static final String API = "ops";
  private static final String VERSION = "v1";
  private static final String PROPOSALS = "policy-proposals";

  private PolicyProposalCommands() {}

  /** {@code tiltmeter policy propose}. */
  @Command(
      name = "propose",
      description =
          "Propose a policy to a running gateway; it holds once another person activates it.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter policy propose my-policy.yaml --url http://localhost:8080",
        "  tiltmeter policy propose acme.yaml --tenant acme --url https://gate.example --json"
      })
  static final class ProposeCommand extends GatewayCommand {

    @Parameters(paramLabel = "FILE", description = "The policy.")
    private Path file;

    @Option(
        names = "--tenant",
        paramLabel = "NAME",
        description = "For this tenant alone; else for all that have none of their own.")
    private @Nullable String tenant;

    @Override
    public Integer call() {
      byte[] policy = read(file);
      return change(
          ProposalText::of,
          client ->
              tenant == null
                  ? client.put(policy, API, VERSION, "policy")
                  : client.put(policy, API, VERSION, "tenants", tenant, "policy"));
    }

    /** As it is: the gateway reads it, and knows which categories there are. */
    private static byte[] read(Path file) {
      try {
        return Files.readAllBytes(file);
      } catch (IOException e) {
        throw new CommandException(
            "expected a policy at %s, found %s".formatted(file, e.getClass().getSimpleName()), e);
      }
    }
  }

  /** {@code tiltmeter policy proposals}. */
  @Command(
      name = "proposals",
      description =
          "List the policies that are proposed to a running gateway, and what they change.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter policy proposals --url http://localhost:8080",
        "  tiltmeter policy proposals --url http://localhost:8080 --json"
      })
  static final class ListCommand extends GatewayCommand {

    @Override
    public Integer call() {
      return show(client -> client.get(API, VERSION, PROPOSALS), ProposalText::ofList);
    }
  }

  /** {@code tiltmeter policy activate}. */
  @Command(
      name = "activate",
      description = "Make a policy hold that another person has proposed.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter policy activate polp_… --digest sha256:… --url http://localhost:8080",
        "  tiltmeter policy activate polp_… --digest sha256:… --url http://localhost:8080 --json"
      })
  static final class ActivateCommand extends GatewayCommand {

    @Parameters(paramLabel = "ID", description = "The proposal.")
    private String id;

    @Option(
        names = "--digest",
        required = true,
        paramLabel = "DIGEST",
        description = "The policy that you looked at, as \"policy proposals\" prints it.")
    private String digest;

    @Override
    public Integer call() {
      String seen = Json.line(Map.of("policy_digest", digest));
      return change(
          ProposalText::of, client -> client.post(seen, API, VERSION, PROPOSALS, id, "activate"));
    }
  }

  /** {@code tiltmeter policy withdraw}. */
  @Command(
      name = "withdraw",
      description = "End a proposal without effect.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter policy withdraw polp_… --url http://localhost:8080",
        "  tiltmeter policy withdraw polp_… --url http://localhost:8080 --json"
      })
  static final class WithdrawCommand extends GatewayCommand {

    @Parameters(paramLabel = "ID", description = "The proposal.")
    private String id;

    @Override
    public Integer call() {
      return change(
          ProposalText::of, client -> client.post("", API, VERSION, PROPOSALS, id, "withdraw"));
    }
  }
}
