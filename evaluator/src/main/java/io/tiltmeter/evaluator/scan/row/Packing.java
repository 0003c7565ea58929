package io.tiltmeter.evaluator.scan.row;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** How the bytes of a training file are packed, told by their beginning. */
public enum Packing {
  /** Not at all. */
  NONE(""),
  /** RFC 1952. */
  GZIP("1f8b"),
  /** RFC 8878. */
  ZSTD("28b52ffd"),
  /** Apache Parquet, which is read as lines of JSON ({@link ParquetLines}). */
  PARQUET("50415231");

  private static final int LONGEST = 4;
  private static final int BUFFER = 1 << 16;

  /** More than any training file; a few megabytes can be packed to expand to more. */
  private static final long MOST = 64L << 30;

  /** Hexadecimal. */
  private final String beginning;

  Packing(String beginning) {
    this.beginning = beginning;
  }

  /**
   * How these bytes are packed; the stream stays where it is.
   *
   * @param in supports marks
   */
  public static Packing of(InputStream in) throws IOException {
    in.mark(LONGEST);
    String first = HexFormat.of().formatHex(in.readNBytes(LONGEST));
    in.reset();
    return Arrays.stream(values())
        .filter(packing -> packing != NONE && first.startsWith(packing.beginning))
        .findFirst()
        .orElse(NONE);
  }

  /** The name for people: lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How a file is packed. */
  public static Packing of(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return of(in);
    }
  }

  /**
   * The lines of a file without their packing.
   *
   * <p>Reading throws {@link BrokenPacking} where they cannot be unpacked.
   */
  public static InputStream unpack(Path file) throws IOException {
    Packing packing = of(file);
    return switch (packing) {
      case NONE -> Files.newInputStream(file);
      case GZIP, ZSTD -> new Unpacked(Files.newInputStream(file), packing);
      case PARQUET -> ParquetLines.open(file);
    };
  }

  /**
   * The bytes of a stream without their packing; a Parquet file, which is read from its end, stays
   * what it is.
   *
   * <p>Reading throws {@link BrokenPacking} where they cannot be unpacked.
   */
  public static InputStream unpack(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
    Packing packing = of(buffered);
    return packing == GZIP || packing == ZSTD ? new Unpacked(buffered, packing) : buffered;
  }

  private InputStream open(InputStream packed) throws IOException {
    return this == GZIP ? new GZIPInputStream(packed, BUFFER) : new ZstdInputStream(packed);
  }

  /** Packed bytes that end early or are no such packing. */
  public static final class BrokenPacking extends IOException {
    private static final long serialVersionUID = 1;

    private final String problem;

    BrokenPacking(String problem, @Nullable Exception cause) {
      super(problem, cause);
      this.problem = problem;
    }

    /** What is wrong with them. */
    public String problem() {
      return problem;
    }
  }

  /** The packed bytes, and whether it was they that could not be read. */
  private static final class Packed extends FilterInputStream {
    private boolean failed;

    Packed(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return super.read(into, offset, length);
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }
  }

  /** Opens the packing at the first byte that is asked for, so that every failure is one. */
  private static final class Unpacked extends InputStream {
    private final Packed packed;
    private final Packing packing;
    private InputStream plain = InputStream.nullInputStream();
    private boolean open;
    private long given;

    Unpacked(InputStream packed, Packing packing) {
      this.packed = new Packed(packed);
      this.packing = packing;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count;
      try {
        if (!open) {
          plain = packing.open(packed);
          open = true;
        }
        count = plain.read(into, offset, length);
      } catch (IOException | MalformedInputException | IndexOutOfBoundsException e) {
        // Some damage the unpacker only meets at the bounds of its arrays.
        if (packed.failed) {
          throw e;
        }
        throw new BrokenPacking(
            "the %s data end early or are damaged".formatted(packing.wireName()), e);
      }
      given += Math.max(0, count);
      if (given > MOST) {
        throw new BrokenPacking(
            "the %s data expand to more than %d bytes".formatted(packing.wireName(), MOST), null);
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      plain.close();
      packed.close();
    }
  }
}
