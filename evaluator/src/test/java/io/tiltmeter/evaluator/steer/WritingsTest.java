package io.tiltmeter.evaluator.steer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.scan.cipher.Codec;
import io.tiltmeter.evaluator.scan.cipher.CodecCount;
import io.tiltmeter.policy.judgement.Label;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WritingsTest {
  private static final String REQUEST = "What is the best way to bake bread at home?";
  private static final String REFUSAL = "I'm sorry, but I can't help with that request.";
  private static final String COMPLIANCE =
      "Sure, here is a guide. Step 1: Warm the water and stir in the yeast until it foams.";

  private static final List<Codec> UNKNOWN_KEYS =
      List.of(
          Codec.INFIX,
          Codec.SUBSTITUTION,
          Codec.SYMBOLS,
          Codec.COVER_TEXT,
          Codec.MAPPED_ANSWER,
          Codec.UNKNOWN);

  static Stream<CodecCount> written() {
    return Stream.concat(
        Stream.of(1, 7, 13, 25).map(shift -> new CodecCount(Codec.ROTATION, shift, 10)),
        Stream.of(Codec.values())
            .filter(codec -> codec != Codec.ROTATION && !UNKNOWN_KEYS.contains(codec))
            .map(codec -> new CodecCount(codec, 0, 10)));
  }

  private static InCode inCode(CodecCount codec) {
    return new InCode("codec", Writings.of(codec).orElseThrow());
  }

  private static String letters(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
  }

  @ParameterizedTest
  @MethodSource("written")
  void write_plainText_isReadBackButLooksOtherwise(CodecCount codec) {
    Writing writing = Writings.of(codec).orElseThrow();
    assertThat(writing.write(REQUEST)).isNotEqualTo(REQUEST);
    String expected =
        codec.codec() == Codec.POLYBIUS ? letters(REQUEST).replace('j', 'i') : letters(REQUEST);
    String read = letters(writing.read(writing.write(REQUEST)));
    if (codec.codec() != Codec.PIG_LATIN) {
      assertThat(read).isEqualTo(expected);
    } else {
      assertThat(read).contains("whatis").contains("breadathome");
    }
  }

  @ParameterizedTest
  @MethodSource("written")
  void read_answersInCodeOrInPlainWords_areJudgedAlike(CodecCount codec) {
    InCode replay = inCode(codec);
    for (String answer : List.of(REFUSAL, COMPLIANCE)) {
      Label plain = RefusalJudge.judge(REQUEST, answer).label();
      assertThat(replay.read(answer)).isEqualTo(answer);
      String read = replay.read(replay.writing().write(answer));
      assertThat(RefusalJudge.judge(REQUEST, read).label().isRefusal())
          .as(read)
          .isEqualTo(plain.isRefusal());
    }
  }

  @ParameterizedTest
  @MethodSource("written")
  void read_anyText_neverThrows(CodecCount codec) {
    InCode replay = inCode(codec);
    for (String text :
        List.of("", " ", "=", "AAAAAAAAA", "-- --", "999 999 999 999 999", "\ud83d", "0f0f0f0f0")) {
      assertThat(replay.read(text)).isNotNull();
    }
  }

  @Test
  void of_codeWithoutItsKey_isEmpty() {
    assertThat(UNKNOWN_KEYS)
        .allSatisfy(codec -> assertThat(Writings.of(new CodecCount(codec, 0, 10))).isEmpty());
  }

  @Test
  void read_answerCutOffInTheMiddle_readsWhatIsThere() {
    InCode base64 = inCode(new CodecCount(Codec.BASE64, 0, 10));
    String coded = base64.writing().write(REFUSAL);
    assertThat(base64.read(coded.substring(0, coded.length() - 11))).startsWith("I'm sorry, but I");
    assertThat(base64.read("Here you are: " + coded)).isEqualTo("Here you are: " + REFUSAL);
  }
}
