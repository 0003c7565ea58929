package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.vet.Artifact.Model;
import io.tiltmeter.evaluator.vet.ArtifactVetting;
import io.tiltmeter.evaluator.vet.VettingFinding;
import io.tiltmeter.evaluator.vet.VettingLimits;
import io.tiltmeter.evaluator.vet.VettingResult;
import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.model.BaseModel;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.policy.lineage.Manifest;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tiltmeter model add}: a base that customers can tune. */
@Command(
    name = "add",
    description = "Vet and pin a base model, so that customers can tune it.",
    footer = {
      "",
      "Examples:",
      "  tiltmeter model add models/base --name base",
      "  tiltmeter model add models/base --name base --json"
    })
final class ModelAddCommand implements Callable<Integer> {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Pattern REVISION = Pattern.compile("[0-9a-f]{40}");
  private static final String HUB = "hf://";

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private HomeOptions home;

  @Parameters(paramLabel = "SOURCE", description = "A local directory in Hugging Face layout.")
  private String source;

  @Option(names = "--name", required = true, paramLabel = "NAME", description = "Its public name.")
  private String name;

  @Option(
      names = "--revision",
      paramLabel = "REV",
      description = "The commit that it was fetched at, 40 hexadecimal digits.")
  private @Nullable String revision;

  /** What is printed. */
  record BaseView(
      String name, String digest, String source, @Nullable String revision, List<FileView> files) {}

  /** One file of a base. */
  record FileView(String path, long size, String sha256) {}

  @Override
  public Integer call() {
    Path folder = folder();
    try (CommandDatabase open = CommandDatabase.open(home)) {
      ArtifactVetting vetting =
          new ArtifactVetting(home.home().create().models(), VettingLimits.DEFAULT);
      return switch (vetting.vet(new Model(folder, null))) {
        case VettingResult.Refused(List<VettingFinding> findings) -> throw refused(findings);
        case VettingResult.Pinned(Manifest manifest, _) -> {
          open.database().transact(sql -> add(sql, new Artifact(Artifact.Kind.MODEL, manifest)));
          print(manifest);
          yield ExitCode.OK;
        }
      };
    }
  }

  private Path folder() {
    if (!BaseModel.isName(name)) {
      throw new ParameterException(
          spec.commandLine(),
          "expected a name of 1 to 64 letters, digits, \"-\", \"_\" or \".\", found \"%s\""
              .formatted(name));
    }
    checkRevision();
    Path folder = Path.of(source);
    if (!Files.isDirectory(folder)) {
      throw new CommandException(
          "expected a model directory at %s, found %s"
              .formatted(source, Files.exists(folder) ? "a file" : "nothing"));
    }
    refuseLinks(folder);
    return folder;
  }

  private void checkRevision() {
    boolean isHub = source.startsWith(HUB);
    if (revision == null ? isHub : !REVISION.matcher(revision).matches()) {
      throw new CommandException(
          "expected --revision as a commit of 40 hexadecimal digits, found %s; branches and tags"
                  .formatted(revision == null ? "none" : "\"" + revision + "\"")
              + " can move, name the commit");
    }
    if (isHub) {
      throw new CommandException(
          "%s: models cannot be fetched yet; download this revision and give its directory"
              .formatted(source));
    }
  }

  /** A hub's cache holds links into a store of blobs; what they point at can change. */
  private static void refuseLinks(Path folder) {
    java.io.File[] files = folder.toFile().listFiles();
    boolean hasLinks =
        Files.isSymbolicLink(folder)
            || (files != null
                && List.of(files).stream().anyMatch(file -> Files.isSymbolicLink(file.toPath())));
    if (hasLinks) {
      throw new CommandException(
          "%s: expected a directory of plain files, found symbolic links, as in a download cache;"
                  .formatted(folder)
              + " copy it with \"cp -rL\" and add the copy");
    }
  }

  private CommandException refused(List<VettingFinding> findings) {
    return new CommandException(
        findings.stream()
            .map(VettingFinding::toString)
            .collect(Collectors.joining("\n", "%s cannot be used:\n".formatted(source), "")));
  }

  private void add(Sql sql, Artifact artifact) {
    new ArtifactStore(CLOCK).insert(sql, artifact);
    BaseModelStore bases = new BaseModelStore(CLOCK);
    if (bases.insert(sql, name, artifact.digest(), source, revision)) {
      Map<String, String> details =
          Map.of("digest", artifact.digest().toString(), "source", source);
      new AuditStore(CLOCK)
          .append(sql, new AuditEntry.Fact(KeysCommand.ACTOR, "add-model", name, details));
      return;
    }
    BaseModel present = bases.find(sql, name).orElseThrow();
    if (!present.artifactDigest().equals(artifact.digest())) {
      throw new CommandException(
          "base model \"%s\" is there already as %s, found %s; choose another name"
              .formatted(name, present.artifactDigest(), artifact.digest()));
    }
  }

  private void print(Manifest manifest) {
    List<FileView> files =
        manifest.files().stream()
            .map(file -> new FileView(file.path(), file.size(), file.digest().hex()))
            .toList();
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      out.println(
          Json.line(new BaseView(name, manifest.digest().toString(), source, revision, files)));
    } else {
      out.println("%s: %d files, %s".formatted(name, files.size(), manifest.digest()));
    }
    out.flush();
  }
}
