package io.tiltmeter.dashboards.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.dashboards.asset.Assets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TemplateSourcesTest {
  private static final Path TEMPLATES = Path.of("src/main/jte");
  private static final Pattern ASSET = Pattern.compile("assets\\.href\\(\"([^\"]*)\"\\)");

  @Test
  void template_everyAssetItNames_exists() throws IOException {
    Assets assets = Assets.load();
    List<String> named =
        sources().stream()
            .flatMap(source -> ASSET.matcher(source).results())
            .map(match -> match.group(1))
            .toList();
    assertThat(named).hasSizeGreaterThan(5).allMatch(name -> assets.find(name).isPresent());
  }

  @Test
  void asset_every_isNamedByATemplate() throws IOException {
    String all = String.join("\n", sources());
    assertThat(Assets.load().all()).allMatch(asset -> all.contains('"' + asset.name() + '"'));
  }

  @Test
  void template_every_escapesAndHasNothingInline() throws IOException {
    assertThat(sources())
        .allSatisfy(
            source ->
                assertThat(source)
                    .doesNotContain("$unsafe")
                    .doesNotContainPattern("\\sstyle=")
                    .doesNotContainPattern("\\son[a-z]+=\"")
                    .doesNotContainPattern("<script(?![^>]*\\ssrc=)"));
  }

  @Test
  void template_everyAttributeWithOutput_isQuoted() throws IOException {
    assertThat(sources().stream().flatMap(TemplateSourcesTest::unquoted)).isEmpty();
  }

  private static Stream<String> unquoted(String source) {
    return Pattern.compile("<[^>]*\\s[a-z-]+=\\$\\{")
        .matcher(source)
        .results()
        .map(MatchResult::group);
  }

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(TEMPLATES)) {
      List<Path> templates = files.filter(path -> path.toString().endsWith(".jte")).toList();
      return templates.stream().map(TemplateSourcesTest::read).toList();
    }
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
