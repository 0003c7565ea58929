package io.tiltmeter.dashboards.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.dashboards.asset.Assets;
import io.tiltmeter.dashboards.page.Html.Tag;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for every page in every state: the strict policy, and the basics of access. */
class EveryPageTest {
  private static final Map<String, Html> PAGES =
      SamplePages.all(Theme.SYSTEM).entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, page -> Html.of(page.getValue())));

  @Test
  void page_anyState_hasLanguageTitleMainAndOneHeading() {
    PAGES.forEach(
        (name, page) -> {
          assertThat(page.all("html").map(tag -> tag.attribute("lang")))
              .as(name)
              .containsExactly("en");
          assertThat(
                  page.all("title").filter(tag -> tag.ancestors().contains("head")).map(Tag::text))
              .as(name)
              .singleElement()
              .asString()
              .endsWith(" · Tiltmeter");
          assertThat(page.all("main")).as(name).hasSize(1);
          assertThat(page.all("h1")).as(name).hasSize(1);
          assertThat(page.all("header")).as(name).hasSize(1);
        });
  }

  @Test
  void page_anyState_hasNothingInlineThatThePolicyForbids() {
    PAGES.forEach(
        (name, page) -> {
          assertThat(page.tags())
              .as(name)
              .noneMatch(tag -> tag.has("style") || tag.name().equals("style"));
          assertThat(page.tags().stream().flatMap(tag -> tag.attributes().keySet().stream()))
              .as(name)
              .noneMatch(attribute -> attribute.startsWith("on"));
          assertThat(page.all("script"))
              .as(name)
              .allMatch(tag -> tag.has("src") && tag.text().isEmpty());
        });
  }

  @Test
  void page_anyState_refersOnlyToAssetsThatExist() {
    Assets assets = Assets.load();
    PAGES.forEach(
        (name, page) ->
            assertThat(references(page))
                .as(name)
                .isNotEmpty()
                .allSatisfy(
                    address -> {
                      String file = address.substring(Assets.PATH.length(), address.indexOf('?'));
                      assertThat(assets.href(file)).isEqualTo(address);
                    }));
  }

  @Test
  void table_anyState_hasCaptionAndScopes() {
    PAGES.forEach(
        (name, page) -> {
          assertThat(page.all("caption").count()).as(name).isEqualTo(page.all("table").count());
          assertThat(page.all("th")).as(name).allMatch(tag -> tag.has("scope"));
        });
  }

  @Test
  void field_anyState_hasLabel() {
    PAGES.forEach(
        (name, page) -> {
          List<String> labelled = page.all("label").map(tag -> tag.attribute("for")).toList();
          Stream<Tag> fields =
              Stream.concat(page.all("input"), page.all("textarea"))
                  .filter(tag -> !tag.attribute("type").equals("hidden"));
          assertThat(fields)
              .as(name)
              .allMatch(
                  tag ->
                      labelled.contains(tag.attribute("id")) || tag.ancestors().contains("label"));
        });
  }

  @Test
  void id_anyState_isUniqueAndEveryReferenceToOneIsKept() {
    PAGES.forEach(
        (name, page) -> {
          assertThat(page.ids()).as(name).doesNotHaveDuplicates();
          assertThat(page.tags().stream().flatMap(EveryPageTest::referredIds))
              .as(name)
              .isSubsetOf(page.ids());
        });
  }

  @Test
  void svg_anyState_isNamedOrHidden() {
    PAGES.forEach(
        (name, page) ->
            assertThat(page.all("svg"))
                .as(name)
                .allMatch(
                    tag ->
                        tag.has("aria-hidden")
                            || (tag.attribute("role").equals("img")
                                && (tag.has("aria-label") || tag.has("aria-labelledby")))));
  }

  @Test
  void form_afterSignIn_carriesTheToken() {
    PAGES.forEach(
        (name, page) -> {
          long forms = page.all("form").count();
          long tokens =
              page.all("input").filter(tag -> tag.attribute("name").equals("csrf")).count();
          long signIn =
              page.all("form").filter(tag -> tag.attribute("action").equals("/login")).count();
          assertThat(tokens).as(name).isEqualTo(forms - signIn);
        });
  }

  @Test
  void html_perTheme_carriesTheChoice() {
    assertThat(SamplePages.all(Theme.DARK).values())
        .allMatch(page -> page.contains("<html lang=\"en\" data-theme=\"dark\">"));
    assertThat(SamplePages.all(Theme.LIGHT).values())
        .allMatch(page -> page.contains("data-theme=\"light\""));
    assertThat(SamplePages.all(Theme.SYSTEM).values())
        .allMatch(page -> page.contains("<html lang=\"en\">"));
  }

  private static List<String> references(Html page) {
    return page.tags().stream()
        .flatMap(tag -> Stream.of(tag.attribute("href"), tag.attribute("src")))
        .filter(address -> address.startsWith(Assets.PATH))
        .toList();
  }

  private static Stream<String> referredIds(Tag tag) {
    return Stream.of("aria-labelledby", "aria-describedby", "for")
        .filter(tag::has)
        .flatMap(attribute -> Stream.of(tag.attribute(attribute).split(" ")));
  }
}
