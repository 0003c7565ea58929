package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.gateway.config.GatewayConfig;
import io.tiltmeter.gateway.packfile.PackReader;
import io.tiltmeter.gateway.packfile.PackResult;
import io.tiltmeter.gateway.packfile.PackSummary;
import io.tiltmeter.gateway.sourcefile.Issue;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.probe.ProbePack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The probe packs of this installation, read once, and which base is asked which. */
public final class Packs {
  private final ProbePack general;
  private final Map<String, ProbePack> byBase;

  private Packs(ProbePack general, Map<String, ProbePack> byBase) {
    this.general = general;
    this.byBase = Map.copyOf(byBase);
  }

  /**
   * Reads every pack that the configuration names.
   *
   * @throws IllegalStateException with a line for each problem of a pack
   * @throws UncheckedIOException if one cannot be read
   */
  public static Packs read(GatewayConfig.Evaluation config) {
    Map<String, ProbePack> byBase = new HashMap<>();
    config.packs().forEach((base, path) -> byBase.put(base, read(path)));
    return new Packs(read(config.pack()), byBase);
  }

  private static ProbePack read(Path path) {
    try {
      return switch (PackReader.read(path)) {
        case PackResult.Read(ProbePack pack) -> pack;
        case PackResult.Invalid(List<Issue> issues) ->
            throw new IllegalStateException(
                issues.stream()
                    .map(Issue::toString)
                    .collect(Collectors.joining("\n", "a probe pack cannot be used:\n", "")));
      };
    } catch (IOException e) {
      throw new UncheckedIOException("probe pack %s cannot be read".formatted(path), e);
    }
  }

  /** All of them; one may be there twice. */
  public List<ProbePack> all() {
    return Stream.concat(Stream.of(general), byBase.values().stream()).toList();
  }

  /** The pack for a base, by its name or else by the digest of its manifest. */
  public ProbePack of(String baseModel, Digest manifest) {
    ProbePack named = byBase.get(baseModel);
    return named != null ? named : byBase.getOrDefault(manifest.toString(), general);
  }

  /** The pack with this digest, if this installation still has it. */
  public Optional<ProbePack> find(Digest digest) {
    return all().stream().filter(pack -> pack.digest().equals(digest)).findFirst();
  }

  /**
   * The pack with this digest.
   *
   * @throws VerdictException if this installation no longer has it
   */
  ProbePack withDigest(Digest digest) {
    return find(digest)
        .orElseThrow(
            () ->
                new VerdictException(
                    "the evaluation began with the pack %s, which is no longer configured"
                        .formatted(digest)));
  }

  /** Names of the categories of all packs. */
  public Set<String> categories() {
    Set<String> categories = new LinkedHashSet<>(PackSummary.names(general));
    byBase.values().forEach(pack -> categories.addAll(PackSummary.names(pack)));
    return categories;
  }
}
