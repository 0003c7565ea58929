package io.tiltmeter.evaluator.scan.cipher;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;

/** The language models that are shipped; {@code docs/language-models-card.md} says of what. */
final class Languages {
  static final String RESOURCE = "language-models.bin";

  /** Begins the resource: its format and version. */
  static final int MAGIC = 0x544d4c01;

  /** English first, which most texts are, then code, markup and other languages. */
  static final List<LanguageModel> ALL = load();

  /** English, code and markup: under these alone, what they do not expect may be a language. */
  static final List<LanguageModel> USUAL = ALL.subList(0, 3);

  /** All but code and markup, which expect rows of letters and numbers that say nothing. */
  static final List<LanguageModel> PROSE =
      Stream.concat(ALL.stream().limit(1), ALL.stream().skip(3)).toList();

  /** The one that decoded text is compared with. */
  static final LanguageModel ENGLISH = ALL.getFirst();

  private Languages() {}

  private static List<LanguageModel> load() {
    try (InputStream resource = Languages.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException("resource " + RESOURCE + " is missing");
      }
      return read(resource);
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + RESOURCE + " cannot be read", e);
    }
  }

  private static List<LanguageModel> read(InputStream resource) throws IOException {
    var in = new DataInputStream(new BufferedInputStream(new InflaterInputStream(resource)));
    int magic = in.readInt();
    if (magic != MAGIC) {
      throw new IOException("expected format %x, found %x".formatted(MAGIC, magic));
    }
    int count = in.readUnsignedByte();
    List<LanguageModel> models = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      int order = in.readUnsignedByte();
      models.add(NGrams.of(order, in.readNBytes(1 << (Symbols.BITS * order))).model(name));
    }
    return List.copyOf(models);
  }
}
