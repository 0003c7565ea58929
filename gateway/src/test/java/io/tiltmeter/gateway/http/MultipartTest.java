package io.tiltmeter.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultipartTest {
  private static final String TYPE = "multipart/form-data; boundary=\"b\"";

  private static Multipart form(List<String> pieces) {
    Iterator<String> rest = pieces.iterator();
    return Multipart.of(
        TYPE, () -> rest.hasNext() ? Optional.of(Buffer.buffer(rest.next())) : Optional.empty());
  }

  private static String part(String name, String content) {
    return "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
        .formatted(name, content);
  }

  private static String content(Multipart form, int room) {
    StringBuilder content = new StringBuilder();
    ByteBuffer piece = ByteBuffer.allocate(room);
    boolean isMore = true;
    while (isMore) {
      isMore = form.fill(piece.clear());
      content.append(StandardCharsets.US_ASCII.decode(piece.flip()));
    }
    return content.toString();
  }

  @Test
  void of_aBoundaryThatIsTooLong_isRefused() {
    assertThatThrownBy(
            () -> Multipart.of("multipart/form-data; boundary=" + "b".repeat(71), Optional::empty))
        .isInstanceOf(RequestException.class)
        .hasMessage("expected a boundary of at most 70 characters");
  }

  @Test
  void fill_howeverTheBodyIsCutUp_givesTheContent() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      String content = text(random);
      String body = "preamble\r\n" + part("a", content) + part("b", "") + "--b--\r\n";
      Multipart form = form(cut(body, random));

      assertThat(form.next().orElseThrow().name()).as("seed %d", seed).isEqualTo("a");
      assertThat(content(form, 1 + random.nextInt(9))).as("seed %d", seed).isEqualTo(content);
      assertThat(form.next().orElseThrow().name()).as("seed %d", seed).isEqualTo("b");
      assertThat(content(form, 4)).as("seed %d", seed).isEmpty();
      assertThat(form.next()).as("seed %d", seed).isEmpty();
    }
  }

  /** Made of what a delimiter is made of, without being one. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    random
        .ints(random.nextInt(40), 0, 5)
        .forEach(at -> text.append(List.of("\r", "\n", "-", "\r\n--", "x").get(at)));
    return text.toString().replace("--b", "");
  }

  private static List<String> cut(String body, Random random) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    while (from < body.length()) {
      int to = Math.min(body.length(), from + 1 + random.nextInt(12));
      pieces.add(body.substring(from, to));
      from = to;
    }
    return pieces;
  }

  @Test
  void next_withoutReadingThePart_skipsIt() {
    Multipart form = form(List.of(part("a", "x".repeat(20_000)) + part("b", "y") + "--b--"));

    assertThat(form.next().orElseThrow().name()).isEqualTo("a");
    Multipart.Part second = form.next().orElseThrow();
    assertThat(form.text(second, 10)).isEqualTo("y");
  }

  @Test
  void next_withAFilename_givesItAsTheSenderMeantIt() {
    String head =
        "--b\r\ncontent-disposition: form-data; filename=\"a%22 \\\"ü;.jsonl\"; name=file";
    Multipart form = form(List.of(head + "\r\n\r\nx\r\n--b--"));

    assertThat(form.next()).contains(new Multipart.Part("file", "a\" \"ü;.jsonl"));
  }

  @Test
  void text_withTooMuch_isRefused() {
    Multipart form = form(List.of(part("a", "12345") + "--b--"));
    Multipart.Part part = form.next().orElseThrow();

    assertThatThrownBy(() -> form.text(part, 4)).hasMessage("expected at most 4 bytes in \"a\"");
  }

  @Test
  void next_withAnythingThatIsNoForm_saysWhatIsMissing() {
    assertThatThrownBy(() -> form(List.of("--b\r\nX: y\r\n\r\nz\r\n--b--")).next())
        .hasMessage("expected a Content-Disposition in every part");
    assertThatThrownBy(() -> form(List.of("--b\r\nContent-Disposition: form-data\r\n\r\n")).next())
        .hasMessage("expected a name in every part's Content-Disposition");
    assertThatThrownBy(() -> form(List.of("--b\r\n", "x".repeat(9000))).next())
        .hasMessage("expected headers of at most 8 KiB for each part");
    assertThatThrownBy(() -> form(List.of()).next())
        .hasMessageStartingWith("expected the form's closing boundary");
  }
}
