package io.tiltmeter.gateway.hub;

import io.tiltmeter.policy.lineage.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One file as the hub describes it.
 *
 * @param path plain name in the model's folder
 * @param size bytes
 */
record HubFile(String path, long size, Expected expected) {

  /** What the hub says the bytes are. */
  sealed interface Expected {

    /** A large file, by the SHA-256 of its content (Git LFS). */
    record Sha256(Digest digest) implements Expected {}

    /**
     * A small one, by the name of its Git object: SHA-1 over {@code blob SIZE\0} and the content.
     *
     * @param hex 40 lower-case hexadecimal digits
     */
    record GitBlob(String hex) implements Expected {}

    /** The hub does not say. */
    record Unknown() implements Expected {}
  }

  /** A fresh digest of the kind that is expected. */
  MessageDigest newMessageDigest() {
    if (!(expected instanceof Expected.GitBlob)) {
      return Digest.newMessageDigest();
    }
    MessageDigest sha1 = sha1();
    sha1.update("blob %d\0".formatted(size).getBytes(StandardCharsets.US_ASCII));
    return sha1;
  }

  /**
   * Compares what arrived.
   *
   * @throws HubException if other bytes arrived
   */
  void check(MessageDigest arrived) {
    String found = HexFormat.of().formatHex(arrived.digest());
    String wanted =
        switch (expected) {
          case Expected.Sha256(Digest digest) -> digest.hex();
          case Expected.GitBlob(String hex) -> hex;
          case Expected.Unknown _ -> found;
        };
    if (!wanted.equals(found)) {
      throw new HubException(
          "%s: expected the bytes with digest %s, as the hub lists them, got %s; try again, or another hub"
              .formatted(path, wanted, found));
    }
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
