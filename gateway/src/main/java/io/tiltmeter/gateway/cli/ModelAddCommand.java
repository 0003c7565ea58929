package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.checkpoint.WeightSketch;
import io.tiltmeter.evaluator.vet.Artifact.Model;
import io.tiltmeter.evaluator.vet.ArtifactVetting;
import io.tiltmeter.evaluator.vet.VettingFinding;
import io.tiltmeter.evaluator.vet.VettingLimits;
import io.tiltmeter.evaluator.vet.VettingResult;
import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.hub.DownloadFolder;
import io.tiltmeter.gateway.hub.Hub;
import io.tiltmeter.gateway.hub.HubModel;
import io.tiltmeter.gateway.hub.HubResult;
import io.tiltmeter.gateway.hub.HubSettings;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.model.BaseModel;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.gateway.model.WeightSketchStore;
import io.tiltmeter.gateway.sourcefile.Words;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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
      "  tiltmeter model add hf://organisation/model --revision COMMIT --name base --hub URL"
    })
final class ModelAddCommand implements Callable<Integer> {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final int MEBIBYTE_BITS = 20;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private HomeOptions home;

  @Parameters(
      paramLabel = "SOURCE",
      description = "A local directory in Hugging Face layout, or hf://organisation/name.")
  private String source;

  @Option(names = "--name", required = true, paramLabel = "NAME", description = "Its public name.")
  private String name;

  @Option(
      names = "--revision",
      paramLabel = "REV",
      description = "The commit that it was fetched at, 40 hexadecimal digits.")
  private @Nullable String revision;

  @Option(
      names = "--hub",
      paramLabel = "URL",
      description =
          "The hub's address; else TILTMETER_HUB_URL, else HF_ENDPOINT, else the configuration's."
              + " A token for it is taken from HF_TOKEN.")
  private @Nullable String hub;

  @Option(
      names = "--independent",
      description = "Add it although its weights are close to those of a model that is known here.")
  private boolean independent;

  /**
   * What is printed.
   *
   * @param skipped what the hub has beside the model's files
   */
  record BaseView(
      String name,
      String digest,
      String source,
      @Nullable String revision,
      List<FileView> files,
      List<String> skipped) {}

  /** One file of a base. */
  record FileView(String path, long size, String sha256) {}

  @Override
  public Integer call() {
    checkName();
    checkRevision();
    if (HubModel.isHub(source) && revision != null) {
      return fetch(HubModel.of(source, revision));
    }
    return add(folder(), source, List.of());
  }

  private int fetch(HubModel model) {
    Talk talk = common.talk(spec.commandLine().getErr());
    HubSettings settings = HubSettings.choose(hub, System.getenv(), home.hub());
    try (DownloadFolder folder = DownloadFolder.create(home.home().create().downloads());
        Hub open = new Hub(settings, VettingLimits.DEFAULT)) {
      Talk.Stage stage = talk.stage("MiB of " + source);
      HubResult result =
          open.fetch(model, folder.path(), (done, total) -> stage.at(mebi(done), mebi(total)));
      stage.done();
      return switch (result) {
        case HubResult.Refused(List<VettingFinding> findings) -> throw refused(findings);
        case HubResult.Fetched(List<String> skipped, List<String> unchecked) -> {
          skipped.forEach(path -> talk.say("not fetched: " + Words.quote(path)));
          unchecked.forEach(
              path -> talk.warn("the hub gives no digest of %s to check it by".formatted(path)));
          yield add(folder.path(), model.toString(), skipped);
        }
      };
    }
  }

  private static int mebi(long bytes) {
    return (int) (bytes >> MEBIBYTE_BITS);
  }

  private int add(Path folder, String origin, List<String> skipped) {
    try (CommandDatabase open = CommandDatabase.open(home)) {
      ArtifactVetting vetting =
          new ArtifactVetting(home.home().create().models(), VettingLimits.DEFAULT);
      return switch (vetting.vet(new Model(folder, null))) {
        case VettingResult.Refused(List<VettingFinding> findings) -> throw refused(findings);
        case VettingResult.Pinned(Manifest manifest, Path pinned) -> {
          Artifact artifact = new Artifact(Artifact.Kind.MODEL, manifest);
          WeightSketch sketch = WeightSketch.of(pinned);
          open.database().transact(sql -> add(sql, artifact, origin, sketch));
          print(manifest, origin, skipped);
          yield ExitCode.OK;
        }
      };
    }
  }

  private void checkName() {
    if (!BaseModel.isName(name)) {
      throw new ParameterException(
          spec.commandLine(),
          "expected a name of 1 to 64 letters, digits, \"-\", \"_\" or \".\", found \"%s\""
              .formatted(name));
    }
  }

  private void checkRevision() {
    if (revision == null ? HubModel.isHub(source) : !HubModel.isCommit(revision)) {
      throw new CommandException(
          "expected --revision as a commit of 40 hexadecimal digits, found %s; branches and tags"
                  .formatted(revision == null ? "none" : "\"" + revision + "\"")
              + " can move, name the commit");
    }
  }

  private Path folder() {
    Path folder = Path.of(source);
    if (!Files.isDirectory(folder)) {
      throw new CommandException(
          "expected a model directory at %s, found %s"
              .formatted(source, Files.exists(folder) ? "a file" : "nothing"));
    }
    refuseLinks(folder);
    return folder;
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

  private void add(Sql sql, Artifact artifact, String origin, WeightSketch sketch) {
    BaseModelStore bases = new BaseModelStore(CLOCK);
    bases.find(sql, name).ifPresent(present -> requireSame(present, artifact));
    WeightSketchStore sketches = new WeightSketchStore(CLOCK);
    sketches.basesWithout(sql).forEach(base -> sketch(sql, sketches, base));
    requireIndependent(sketches.closest(sql, artifact.digest(), sketch));
    new ArtifactStore(CLOCK).insert(sql, artifact);
    sketches.insert(sql, artifact.digest(), sketch);
    if (bases.insert(sql, name, artifact.digest(), origin, revision)) {
      Map<String, String> details =
          Map.of("digest", artifact.digest().toString(), "source", origin);
      new AuditStore(CLOCK)
          .append(sql, new AuditEntry.Fact(KeysCommand.ACTOR, "add-model", name, details));
    }
  }

  private void requireSame(BaseModel present, Artifact artifact) {
    if (!present.artifactDigest().equals(artifact.digest())) {
      throw new CommandException(
          "base model \"%s\" is there already as %s, found %s; choose another name"
              .formatted(name, present.artifactDigest(), artifact.digest()));
    }
  }

  /** One whose files this machine does not have is compared where they are. */
  private void sketch(Sql sql, WeightSketchStore sketches, Digest base) {
    Path folder = home.home().models().resolve(base.hex());
    if (Files.isDirectory(folder)) {
      sketches.insert(sql, base, WeightSketch.of(folder));
    }
  }

  /** A tuned model under a new name would begin a new lineage, with nothing lost yet. */
  private void requireIndependent(Optional<WeightSketchStore.Relative> closest) {
    if (closest.isPresent() && !independent) {
      throw new CommandException(
          "%s: its weights are close to those of %s (cosine %.3f), expected a base that was trained apart; tune that model instead, or add this one with --independent if it is to be the root of a lineage of its own"
              .formatted(source, closest.get().name(), closest.get().similarity()));
    }
  }

  private void print(Manifest manifest, String origin, List<String> skipped) {
    List<FileView> files =
        manifest.files().stream()
            .map(file -> new FileView(file.path(), file.size(), file.digest().hex()))
            .toList();
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      out.println(
          Json.line(
              new BaseView(name, manifest.digest().toString(), origin, revision, files, skipped)));
    } else {
      out.println("%s: %d files, %s".formatted(name, files.size(), manifest.digest()));
    }
    out.flush();
  }
}
