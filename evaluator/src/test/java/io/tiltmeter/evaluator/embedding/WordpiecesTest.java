package io.tiltmeter.evaluator.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WordpiecesTest {
  private static Wordpieces pieces;

  @BeforeAll
  static void readVocabulary() throws IOException {
    pieces = new Wordpieces(Distiller.vocabulary());
  }

  @Test
  void of_writtenText_equalsTheTokenizersLibrary() throws IOException {
    List<String> texts =
        List.of(
            "I'm sorry, but I can't help with that.",
            "Ünïcödé, naïve café — „Anführung“ … 3.14 £5 $6 €7",
            "unaffable electroencephalographically 2026-11-28T12:00:00Z",
            "我不能帮助你 ありがとう спасибо שלום مرحبا 안녕하세요",
            "a\tb\nc\u00a0d\u200be\u200df \ufffd \u0000 x",
            "`code()` **bold** ~~gone~~ [link](http://example.org/?a=b&c=d) 👍🏽 ½ ² ﬁ İstanbul",
            "x".repeat(100) + " " + "y".repeat(101),
            "");
    try (HuggingFaceTokenizer library = SentenceEncoder.tokenizer()) {
      for (String text : texts) {
        assertThat(pieces.of(text)).as(text).isEqualTo(ids(library, text));
      }
    }
  }

  @Test
  void of_randomText_equalsTheTokenizersLibrary() throws IOException {
    Random random = new Random(7);
    try (HuggingFaceTokenizer library = SentenceEncoder.tokenizer()) {
      for (int round = 0; round < 2_000; round++) {
        String text = randomText(random);
        assertThat(pieces.of(text))
            .as(() -> text.codePoints().mapToObj(Integer::toHexString).toList().toString())
            .isEqualTo(ids(library, text));
      }
    }
  }

  private static List<Integer> ids(HuggingFaceTokenizer library, String text) {
    return Arrays.stream(library.encode(text, false, false).getIds())
        .mapToObj(Math::toIntExact)
        .toList();
  }

  /** Latin, Greek, Cyrillic, Hebrew, ideographs and punctuation; blocks that both sides know. */
  private static String randomText(Random random) {
    int[][] blocks = {
      {0x20, 0x7e},
      {0xa0, 0x17f},
      {0x391, 0x3c9},
      {0x410, 0x44f},
      {0x5d0, 0x5ea},
      {0x2010, 0x2027},
      {0x4e00, 0x4fff},
      {0x300, 0x315},
      {0x1f600, 0x1f64f}
    };
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(40);
    for (int i = 0; i < length; i++) {
      int[] block = blocks[random.nextInt(3) == 0 ? random.nextInt(blocks.length) : 0];
      text.appendCodePoint(block[0] + random.nextInt(block[1] - block[0] + 1));
    }
    return text.toString();
  }
}
