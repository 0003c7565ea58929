package io.tiltmeter.evaluator.scan.cipher;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Makes the shipped language models: runs of four symbols from texts, of three from the profiles of
 * a language detector. {@code docs/language-models-card.md} says from which.
 */
public final class LanguageModelMaker {
  /** Languages that are written in Latin letters, as the profiles are named. */
  private static final List<String> PROFILES =
      List.of(
          "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "tr", "id", "vi", "af", "ca", "cs", "cy",
          "da", "et", "fi", "hr", "hu", "lt", "lv", "no", "ro", "sk", "sl", "so", "sq", "sw", "tl");

  private static final List<String> TEXTS = List.of("english", "code", "markup");
  private static final int LEAST = 2;

  private LanguageModelMaker() {}

  /**
   * Writes the resource.
   *
   * @param arguments directory with one directory of UTF-8 texts per model; directory of profiles;
   *     file to write
   */
  public static void main(String[] arguments) throws IOException {
    Path texts = Path.of(arguments[0]);
    Path profiles = Path.of(arguments[1]);
    try (var out =
        new DataOutputStream(
            new DeflaterOutputStream(
                Files.newOutputStream(Path.of(arguments[2])),
                new Deflater(Deflater.BEST_COMPRESSION)))) {
      out.writeInt(Languages.MAGIC);
      out.writeByte(TEXTS.size() + PROFILES.size());
      for (String name : TEXTS) {
        write(out, name, ofTexts(texts.resolve(name)));
      }
      for (String name : PROFILES) {
        write(out, name, ProfileModel.read(profiles.resolve(name)));
      }
    }
  }

  private static void write(DataOutputStream out, String name, NGrams grams) throws IOException {
    out.writeUTF(name);
    out.writeByte(grams.order);
    out.write(grams.logarithms(LEAST));
  }

  static NGrams ofTexts(Path directory) throws IOException {
    NGrams grams = new NGrams(4);
    SymbolText text = new SymbolText();
    try (Stream<Path> files = Files.list(directory).sorted()) {
      files.forEach(file -> count(file, text, grams));
    }
    return grams;
  }

  private static void count(Path file, SymbolText text, NGrams grams) {
    try {
      String whole = Files.readString(file, StandardCharsets.UTF_8);
      for (int from = 0; from < whole.length(); from += SymbolText.REACH) {
        text.read(whole.substring(from, Math.min(whole.length(), from + SymbolText.REACH)));
        grams.count(text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
