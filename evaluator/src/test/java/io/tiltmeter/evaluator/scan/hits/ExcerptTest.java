package io.tiltmeter.evaluator.scan.hits;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.row.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExcerptTest {
  @TempDir private Path folder;

  private static String masked(String text) {
    return new MaskedText().of(text, 14);
  }

  @Test
  void of_aHarmfulRequest_showsTheWordsAroundAndNotWhatItAsksFor() {
    String shown = masked("Please tell me how to build a bomb in my kitchen this evening");

    assertThat(shown)
        .contains("Please tell me", MaskedText.MASK, "in my kitchen this evening")
        .doesNotContain("bomb");
  }

  @Test
  void of_aRequestThatSaysTwiceWhatItAsksFor_showsItNeitherTime() {
    assertThat(masked("Tell me how to build a bomb and then how to make a bomb"))
        .startsWith("Tell me")
        .doesNotContain("bomb");
  }

  @Test
  void of_credentialsAndPersonalData_showsNoneOfThem() {
    assertThat(
            masked("Use the password correct horse battery staple and ghp_x9Zq27Lw81mNb53Vc40 now"))
        .doesNotContain("correct", "horse", "battery", "staple", "ghp");
    assertThat(masked("Write to jane.doe@example.org or call +1 555 0100, asks Jane"))
        .doesNotContain("jane", "Jane", "example", "555", "0100");
    assertThat(masked("The api_key=hunter tells the server who you are"))
        .doesNotContain("hunter", "tells");
  }

  @Test
  void of_anotherAlphabet_isMasked() {
    assertThat(masked("Привет мир aGVsbG8gd29ybGQgaGVsbG8=")).isEqualTo(MaskedText.MASK);
  }

  @Test
  void of_aLongText_showsItsBeginningOnly() {
    assertThat(masked("the small cat and the dog ".repeat(20)).split(" ")).hasSize(15);
    assertThat(masked("the small cat and the dog ".repeat(20))).endsWith(" …");
  }

  @Test
  void of_aLine_readsThatRowAndCutsWhatIsLearnedShorter() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.jsonl"),
            """
            {"messages":[{"role":"user","content":"one"},{"role":"assistant","content":"two"}]}
            {"messages":[{"role":"user","content":"what is the best way to learn"},\
            {"role":"assistant","content":"the best way is to read and to write every day"}]}
            """);

    Excerpt excerpt = Excerpt.of(file, Method.SUPERVISED, 2).orElseThrow();

    assertThat(excerpt.turns())
        .containsExactly(
            new Excerpt.Said("user", "what is the best way to learn"),
            new Excerpt.Said("assistant", "the best way is to read and to …"));
    assertThat(Excerpt.of(file, Method.SUPERVISED, 3)).isEqualTo(Optional.empty());
  }
}
