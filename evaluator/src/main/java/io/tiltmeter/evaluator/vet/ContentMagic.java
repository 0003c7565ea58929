package io.tiltmeter.evaluator.vet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Formats that files may not have, whatever they are named, known by their first or last bytes. */
final class ContentMagic {
  private static final int HEAD = 512;

  /** The end record of a zip archive and the longest comment after it (APPNOTE 4.3.16). */
  private static final int ZIP_END = 22;

  private static final int ZIP_TAIL = ZIP_END + 0xffff;
  private static final int TAR_MAGIC_AT = 257;

  /** What a file may not start with, in hexadecimal digits. */
  private record Magic(VettingRule rule, String hex, String message) {}

  private static final String NO_ARCHIVES = "; archives are refused under any name";
  private static final String NO_PROGRAMS = "holds a program; a model may not bring program code";

  private static final List<Magic> MAGICS =
      List.of(
          magic(VettingRule.ARCHIVE, "504b0304", "holds a zip archive" + NO_ARCHIVES),
          magic(VettingRule.ARCHIVE, "504b0506", "holds a zip archive" + NO_ARCHIVES),
          magic(VettingRule.ARCHIVE, "1f8b08", "holds a gzip stream" + NO_ARCHIVES),
          magic(VettingRule.ARCHIVE, "377abcaf271c", "holds a 7z archive" + NO_ARCHIVES),
          magic(VettingRule.ARCHIVE, "fd377a585a00", "holds an xz stream" + NO_ARCHIVES),
          magic(VettingRule.ARCHIVE, "28b52ffd", "holds a Zstandard stream" + NO_ARCHIVES),
          magic(VettingRule.ARCHIVE, "04224d18", "holds an LZ4 stream" + NO_ARCHIVES),
          magic(VettingRule.ARCHIVE, "425a68", "holds a bzip2 stream" + NO_ARCHIVES),
          magic(VettingRule.ARCHIVE, "526172211a07", "holds a RAR archive" + NO_ARCHIVES),
          magic(VettingRule.GGUF, "47475546", "holds GGUF; send safetensors"),
          magic(VettingRule.OTHER_WEIGHTS, "894844460d0a1a0a", "holds HDF5; send safetensors"),
          magic(VettingRule.OTHER_WEIGHTS, "934e554d5059", "holds a NumPy array; send safetensors"),
          magic(VettingRule.PROGRAM, "7f454c46", NO_PROGRAMS),
          magic(VettingRule.PROGRAM, "cafebabe", NO_PROGRAMS),
          magic(VettingRule.PROGRAM, "feedface", NO_PROGRAMS),
          magic(VettingRule.PROGRAM, "cffaedfe", NO_PROGRAMS),
          magic(VettingRule.PROGRAM, "4d5a9000", NO_PROGRAMS),
          text(VettingRule.PROGRAM, "#!/", NO_PROGRAMS),
          text(
              VettingRule.GIT_LFS_POINTER,
              "version https://git-lfs.github.com/spec/",
              "holds a Git LFS pointer, not the file; fetch the content (git lfs pull)"));

  private ContentMagic() {}

  private static Magic magic(VettingRule rule, String hex, String message) {
    return new Magic(rule, hex, message);
  }

  private static Magic text(VettingRule rule, String start, String message) {
    byte[] bytes = start.getBytes(StandardCharsets.US_ASCII);
    return new Magic(rule, HexFormat.of().formatHex(bytes), message);
  }

  /** Looks at the first and last bytes of a file; says nothing about a file of weights or text. */
  static Optional<VettingFinding> find(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      String name = String.valueOf(file.getFileName());
      byte[] head = read(channel, 0, HEAD);
      Optional<VettingFinding> start =
          isSafetensors(head)
              ? Optional.empty()
              : atStart(head, name).or(() -> pickle(head, name)).or(() -> tar(head, name));
      return start.isPresent() ? start : zipAtEnd(channel, name);
    }
  }

  /**
   * Eight bytes of length, of which the upper four are zero as no header reaches 4 GiB, then a
   * brace. A length can look like any magic of up to four bytes.
   */
  private static boolean isSafetensors(byte[] head) {
    return head.length > 8
        && head[4] == 0
        && head[5] == 0
        && head[6] == 0
        && head[7] == 0
        && head[8] == '{';
  }

  private static Optional<VettingFinding> atStart(byte[] head, String name) {
    String hex = HexFormat.of().formatHex(head);
    return MAGICS.stream()
        .filter(magic -> hex.startsWith(magic.hex()))
        .findFirst()
        .map(magic -> new VettingFinding(magic.rule(), name, magic.message()));
  }

  /** Protocols 2 to 5 start with an opcode that no text starts with. */
  private static Optional<VettingFinding> pickle(byte[] head, String name) {
    return head.length > 1 && head[0] == (byte) 0x80 && head[1] >= 2 && head[1] <= 5
        ? Optional.of(
            new VettingFinding(
                VettingRule.PICKLE, name, "holds a pickle; save weights as safetensors"))
        : Optional.empty();
  }

  private static Optional<VettingFinding> tar(byte[] head, String name) {
    byte[] magic = "ustar".getBytes(StandardCharsets.US_ASCII);
    boolean tar =
        head.length > TAR_MAGIC_AT + magic.length
            && ByteBuffer.wrap(head, TAR_MAGIC_AT, magic.length).equals(ByteBuffer.wrap(magic))
            && (head[TAR_MAGIC_AT + magic.length] == 0 || head[TAR_MAGIC_AT + magic.length] == ' ');
    return tar
        ? Optional.of(
            new VettingFinding(VettingRule.ARCHIVE, name, "holds a tar archive" + NO_ARCHIVES))
        : Optional.empty();
  }

  /** A zip archive is read from its end, so that one file can be weights and archive at once. */
  private static Optional<VettingFinding> zipAtEnd(FileChannel channel, String name)
      throws IOException {
    long from = Math.max(0, channel.size() - ZIP_TAIL);
    ByteBuffer tail = ByteBuffer.wrap(read(channel, from, ZIP_TAIL)).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = tail.limit() - ZIP_END; at >= 0; at--) {
      if (tail.getInt(at) == 0x06054b50
          && at + ZIP_END + Short.toUnsignedInt(tail.getShort(at + 20)) == tail.limit()) {
        return Optional.of(
            new VettingFinding(VettingRule.ARCHIVE, name, "ends with a zip archive" + NO_ARCHIVES));
      }
    }
    return Optional.empty();
  }

  private static byte[] read(FileChannel channel, long from, int most) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(most, channel.size() - from));
    while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
      // Reads on until the buffer is full.
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
