package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.packfile.PackSummary;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Option that says for which packs a policy is: it may name their categories, too. */
final class PackCategories {

  @Option(
      names = "--pack",
      paramLabel = "PACK",
      description = "A probe pack whose own categories the policy may name; may be repeated.")
  private @Nullable List<Path> packs;

  /** The categories of the packs, beside which the standard ones are known. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    if (packs != null) {
      packs.forEach(pack -> names.addAll(PackSummary.names(Inputs.pack(pack))));
    }
    return names;
  }
}
