package io.tiltmeter.evaluator.checkpoint;

import java.util.Optional;

/** Archives and compressed streams under the name of another format; none is ever unpacked. */
final class Packed {
  private Packed() {}

  /** What a file holds whose first bytes these are; empty for anything else. */
  static Optional<String> find(byte[] start) {
    if (startsWith(start, 'P', 'K', 3, 4) || startsWith(start, 'P', 'K', 5, 6)) {
      return Optional.of("zip archive");
    }
    return startsWith(start, 0x1F, 0x8B, 8) ? Optional.of("gzip stream") : Optional.empty();
  }

  private static boolean startsWith(byte[] bytes, int... magic) {
    if (bytes.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (bytes[i] != (byte) magic[i]) {
        return false;
      }
    }
    return true;
  }
}
