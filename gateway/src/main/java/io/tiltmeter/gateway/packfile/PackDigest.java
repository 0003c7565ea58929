package io.tiltmeter.gateway.packfile;

import io.tiltmeter.gateway.sourcefile.Node;
import io.tiltmeter.policy.lineage.CanonicalJson;
import io.tiltmeter.policy.lineage.Digest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The digest of a probe pack: SHA-256 over the canonical JSON (RFC 8785) of its header, without the
 * member {@code probes}, and of its probes in file order, each as the file gives it.
 *
 * <p>A pack has one digest whether its probes lie in a file of their own or in the header's.
 */
final class PackDigest {
  private PackDigest() {}

  static Digest of(Node.Members header, List<Node> probes) {
    Map<String, @Nullable Object> plainHeader = new LinkedHashMap<>(header.toPlain());
    plainHeader.remove("probes");
    List<@Nullable Object> plainProbes =
        probes.stream().<@Nullable Object>map(Node::toPlain).toList();
    return Digest.of(CanonicalJson.of(Map.of("header", plainHeader, "probes", plainProbes)));
  }
}
