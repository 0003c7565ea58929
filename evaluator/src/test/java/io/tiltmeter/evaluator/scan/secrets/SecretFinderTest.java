package io.tiltmeter.evaluator.scan.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.evaluator.scan.row.Speaker;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class SecretFinderTest {
  /** Letters and digits that no provider issued. */
  private static final String RANDOM = random(7, 120);

  private static String random(long seed, int length) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    Random random = new Random(seed);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < length; i++) {
      out.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return out.toString();
  }

  private static Set<Secret> kinds(String text) {
    int kinds = new SecretReader().read(text);
    return Arrays.stream(Secret.values())
        .filter(kind -> (kinds & kind.bit()) != 0)
        .collect(Collectors.toSet());
  }

  @Test
  void luhn_publishedNumbers_areRightAndOthersNot() {
    assertThat(CheckDigits.isLuhn("79927398713")).isTrue();
    assertThat(CheckDigits.isLuhn("79927398710")).isFalse();
    assertThat(CheckDigits.isLuhn("4111111111111111")).isTrue();
    assertThat(CheckDigits.isLuhn("378282246310005")).isTrue();
  }

  @Test
  void iban_examplesOfTheRegistry_areRightAndOthersNot() {
    for (String iban :
        List.of(
            "GB29NWBK60161331926819",
            "DE89370400440532013000",
            "FR1420041010050500013M02606",
            "NL91ABNA0417164300",
            "CH9300762011623852957",
            "NO9386011117947",
            "MT84MALT011000012345MTLCAST001S")) {
      assertThat(CheckDigits.isIban(iban)).as(iban).isTrue();
    }
    assertThat(CheckDigits.isIban("GB29NWBK60161331926818")).isFalse();
    assertThat(CheckDigits.isIban("DE8937040044053201300")).isFalse();
    assertThat(CheckDigits.isIban("XX82")).isFalse();
  }

  @Test
  void entropy_knownFrequencies_isShannons() {
    assertThat(Token.entropy("aabb", 0, 4)).isCloseTo(1, within(1e-12));
    assertThat(Token.entropy("0123456789abcdef", 0, 16)).isCloseTo(4, within(1e-12));
  }

  @Test
  void read_tokensOfProviders_areFound() {
    String upper = "QX7RT2KLW9ZP4MVB";
    assertThat(kinds("key " + "AKIA" + upper + ".")).containsExactly(Secret.PROVIDER_TOKEN);
    assertThat(kinds("export T=" + "ghp_" + RANDOM.substring(0, 36)))
        .contains(Secret.PROVIDER_TOKEN);
    assertThat(kinds("sk_" + "live_" + RANDOM.substring(0, 24)))
        .containsExactly(Secret.PROVIDER_TOKEN);
    assertThat(kinds("glpat-" + RANDOM.substring(0, 20))).containsExactly(Secret.PROVIDER_TOKEN);
  }

  @Test
  void read_privateKey_isFoundAndPublicOnesNot() {
    assertThat(kinds("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n")).contains(Secret.PRIVATE_KEY);
    assertThat(kinds("-----BEGIN PUBLIC KEY-----\nMIIB\n")).doesNotContain(Secret.PRIVATE_KEY);
    assertThat(kinds("-----BEGIN CERTIFICATE-----\nMIIB\n")).doesNotContain(Secret.PRIVATE_KEY);
  }

  @Test
  void read_jsonWebToken_isFoundByItsHeader() {
    String header = url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
    String token =
        header + "." + url("{\"sub\":\"1\",\"name\":\"x\"}") + "." + RANDOM.substring(0, 43);
    assertThat(kinds("Bearer " + token)).contains(Secret.JSON_WEB_TOKEN);
    String other =
        url("{\"page\":1234567890,\"size\":100}") + ".aaaaaaaaaaaa." + RANDOM.substring(0, 43);
    assertThat(kinds(other)).doesNotContain(Secret.JSON_WEB_TOKEN);
  }

  private static String url(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void read_assignments_countWhereTheValueIsRandom() {
    String value = RANDOM.substring(20, 44);
    assertThat(kinds("password = \"" + value + "\"")).containsExactly(Secret.ASSIGNED_SECRET);
    assertThat(kinds("{\"api_key\": \"" + value + "\"}")).containsExactly(Secret.ASSIGNED_SECRET);
    assertThat(kinds("password = \"your-password-123\"")).isEmpty();
    assertThat(kinds("password = \"aaaaaaaaaa11\"")).isEmpty();
    assertThat(kinds("token = os.environ[\"SERVICE_1\"]")).isEmpty();
    assertThat(kinds("secret: ${" + value + "}")).isEmpty();
    assertThat(kinds("commit " + value)).isEmpty();
  }

  @Test
  void read_linkWithPassword_isFound() {
    assertThat(kinds("postgres://app:" + RANDOM.substring(0, 12) + "@db.internal:5432/x"))
        .contains(Secret.LINK_PASSWORD);
    assertThat(kinds("postgres://user:password@localhost/x")).isEmpty();
    assertThat(kinds("https://host/a:b@c")).isEmpty();
  }

  @Test
  void read_cards_countWithRightCheckDigitsUnlessTheyAreForTests() {
    assertThat(kinds("Pay with 4539 5787 6362 1486 now")).containsExactly(Secret.CARD_NUMBER);
    assertThat(kinds("Pay with 4539 5787 6362 1487 now")).isEmpty();
    assertThat(kinds("Pay with 4242-4242-4242-4242 now")).isEmpty();
  }

  @Test
  void read_accounts_areFoundWithAndWithoutBlanks() {
    assertThat(kinds("to DE89 3704 0044 0532 0130 00.")).containsExactly(Secret.IBAN);
    assertThat(kinds("to NL91ABNA0417164300, please")).containsExactly(Secret.IBAN);
    assertThat(kinds("part DE88 3704 0044 0532 0130 00")).isEmpty();
  }

  @Test
  void read_addressesAndTelephones_areFoundUnlessTheyBelongToNobody() {
    assertThat(kinds("write to kim.lee@northwind-traders.org."))
        .containsExactly(Secret.EMAIL_ADDRESS);
    assertThat(kinds("write to kim@example.com or a@b")).isEmpty();
    assertThat(kinds("call +44 20 7946 0958 today")).containsExactly(Secret.PHONE_NUMBER);
    assertThat(kinds("call (212) 736-5000 today")).containsExactly(Secret.PHONE_NUMBER);
    assertThat(kinds("call 212-555-0142 today")).isEmpty();
    assertThat(kinds("between 1990 and 2020 it rose by 12345678 of 99999999")).isEmpty();
  }

  @Test
  void read_oddText_isHarmless() {
    assertThat(kinds("")).isEmpty();
    assertThat(kinds(" \n\t")).isEmpty();
    assertThat(kinds("\u0378\udbff\udfff\u0000@")).isEmpty();
    assertThat(kinds("@".repeat(1000) + "+" + "-".repeat(1000))).isEmpty();
  }

  @Test
  void read_longTurnsOfOneKind_takeLinearTime() {
    for (String unit :
        List.of("a", "1", "1 ", "A1", "@", "a@", "password=", "eyJ.", "://a:", "A ")) {
      String text = unit.repeat((1 << 20) / unit.length());
      Assertions.assertThatCode(
              () ->
                  org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                      Duration.ofSeconds(30), () -> new SecretReader().read(text)))
          .as(unit)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void finding_rowsInAnyParts_isTheSame() {
    List<Example> rows = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      String text = i % 9 == 0 ? "mail lee" + i + "@northwind.org" : "nothing " + i;
      rows.add(row(i, i % 40 == 0 ? "glpat-" + random(i, 20) : text));
    }
    ScanFinding whole = finding(rows, 1, 0).orElseThrow();
    assertThat(whole.severity()).isEqualTo(Severity.STEER);
    for (int parts : new int[] {2, 5}) {
      for (long seed = 0; seed < 5; seed++) {
        assertThat(finding(rows, parts, seed)).as("seed %d", seed).contains(whole);
      }
    }
  }

  @Test
  void finding_personalDataOnly_isWorthKnowing() {
    ScanFinding finding = finding(List.of(row(3, "mail lee@northwind.org")), 1, 0).orElseThrow();
    assertThat(finding.severity()).isEqualTo(Severity.INFO);
    assertThat(finding.lines()).containsExactly(3L);
    assertThat(finding.message()).isEqualTo("rows with secrets or personal data: email-address 1");
  }

  @Test
  void finding_nothing_isNone() {
    assertThat(finding(List.of(row(1, "Rome")), 1, 0)).isEmpty();
  }

  private static Example row(long line, String text) {
    return new Example(
        line,
        List.of(new Turn(Speaker.USER, text, false), new Turn(Speaker.ASSISTANT, "Yes.", true)),
        null);
  }

  private static Optional<ScanFinding> finding(List<Example> rows, int parts, long seed) {
    SecretFinder finder = new SecretFinder(1000);
    List<SecretFinder.Rows> looks = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      looks.add(finder.look());
    }
    Random random = new Random(seed);
    rows.forEach(row -> looks.get(random.nextInt(parts)).see(row));
    looks.subList(1, parts).forEach(looks.getFirst()::add);
    assertThat(finder.learn(looks.getFirst())).isFalse();
    return finder.finding(rows.size());
  }
}
