package io.tiltmeter.gateway.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tiltmeter jobs}: a customer's jobs on a running gateway. */
@Command(
    name = "jobs",
    description = "See and cancel the jobs of the customer whose key is used.",
    subcommands = {
      JobsCommand.ListCommand.class,
      JobsCommand.GetCommand.class,
      JobsCommand.CancelCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  tiltmeter jobs list --url http://localhost:8080",
      "  tiltmeter jobs cancel ftjob-… --url http://localhost:8080"
    })
final class JobsCommand extends GroupCommand {
  private static final String[] JOBS = {"v1", "fine_tuning", "jobs"};

  private static String[] path(String... rest) {
    String[] path = new String[JOBS.length + rest.length];
    System.arraycopy(JOBS, 0, path, 0, JOBS.length);
    System.arraycopy(rest, 0, path, JOBS.length, rest.length);
    return path;
  }

  /** {@code tiltmeter jobs list}. */
  @Command(
      name = "list",
      description = "List jobs, newest first.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter jobs list --url http://localhost:8080",
        "  tiltmeter jobs list --metadata team=blue --limit 100 --url https://gate.example --json"
      })
  static final class ListCommand extends GatewayCommand {

    @Option(names = "--limit", paramLabel = "N", description = "At most so many; 1 to 100.")
    private int limit = 20;

    @Option(names = "--after", paramLabel = "ID", description = "Only those older than this job.")
    private @Nullable String after;

    @Option(
        names = "--metadata",
        paramLabel = "KEY=VALUE",
        description = "Only those with this metadata; may be given more than once.")
    private Map<String, String> metadata = new LinkedHashMap<>();

    @Override
    public Integer call() {
      Map<String, String> query = new LinkedHashMap<>();
      query.put("limit", Integer.toString(limit));
      if (after != null) {
        query.put("after", after);
      }
      metadata.forEach((key, value) -> query.put("metadata[%s]".formatted(key), value));
      return show(client -> client.get(query, path()), JobText::ofList);
    }
  }

  /** {@code tiltmeter jobs get}. */
  @Command(
      name = "get",
      description = "Show a job; ends with 3 where it was held back, 4 where people look at it.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter jobs get ftjob-… --url http://localhost:8080",
        "  tiltmeter jobs get ftjob-… --url http://localhost:8080 --json"
      })
  static final class GetCommand extends GatewayCommand {

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id;

    @Override
    public Integer call() {
      return show(client -> client.get(path(id)), JobText::of, JobText::code);
    }
  }

  /** {@code tiltmeter jobs cancel}. */
  @Command(
      name = "cancel",
      description = "Cancel a job; ends with 3 where it can no longer be cancelled.",
      footer = {
        "",
        "Examples:",
        "  tiltmeter jobs cancel ftjob-… --url http://localhost:8080",
        "  tiltmeter jobs cancel ftjob-… --url http://localhost:8080 --json"
      })
  static final class CancelCommand extends GatewayCommand {

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id;

    @Override
    public Integer call() {
      return change(JobText::of, client -> client.post("", path(id, "cancel")));
    }
  }
}
