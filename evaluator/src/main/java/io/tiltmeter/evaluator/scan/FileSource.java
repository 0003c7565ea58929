package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.row.Packing;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A training file on disk, packed or not. */
record FileSource(Path file) implements ScanSource {

  @Override
  public InputStream open() throws IOException {
    return Packing.unpack(file);
  }

  @Override
  public InputStream open(LongConsumer read) throws IOException {
    return Packing.of(file) == Packing.PARQUET
        ? open()
        : Packing.unpack(new Counted(Files.newInputStream(file), read));
  }

  /** Says after each read how many bytes were read in all. */
  private static final class Counted extends FilterInputStream {
    private final LongConsumer heard;
    private long bytes;

    Counted(InputStream in, LongConsumer heard) {
      super(in);
      this.heard = heard;
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      add(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, length);
      add(Math.max(0, count));
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(count);
      add(skipped);
      return skipped;
    }

    private void add(long count) {
      bytes += count;
      heard.accept(bytes);
    }
  }
}
