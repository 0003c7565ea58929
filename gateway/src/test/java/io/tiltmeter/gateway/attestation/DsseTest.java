package io.tiltmeter.gateway.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DsseTest {
  private static final String TYPE = "http://example.com/HelloWorld";

  /** The envelope that the DSSE specification publishes, signed with ECDSA P-256, raw r and s. */
  private static final String PUBLISHED =
      """
      {"payload":"aGVsbG8gd29ybGQ=","payloadType":"http://example.com/HelloWorld","signatures":[\
      {"sig":"A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]}
      """;

  @TempDir Path home;
  private SigningKey key;

  @BeforeEach
  void makeKey() {
    key = SigningKey.open(home);
  }

  @Test
  void preAuthentication_publishedVector_isTheSameText() {
    byte[] encoded = Dsse.preAuthentication(TYPE, utf8("hello world"));
    assertThat(new String(encoded, StandardCharsets.UTF_8))
        .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  }

  @Test
  void preAuthentication_lengths_countBytes() {
    byte[] encoded = Dsse.preAuthentication("ü", utf8("€"));
    assertThat(new String(encoded, StandardCharsets.UTF_8)).isEqualTo("DSSEv1 2 ü 3 €");
  }

  @Test
  void open_publishedEnvelope_verifiesWithThePublishedKey() throws GeneralSecurityException {
    assertThat(Dsse.open(PUBLISHED, TYPE, publishedKey())).contains("hello world");
    assertThat(Dsse.open(PUBLISHED, TYPE, key.publicKey())).isEmpty();
  }

  @Test
  void open_derSignatureOfP256_verifies() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(Dsse.preAuthentication(TYPE, utf8("hello")));
    assertThat(Dsse.open(envelope("hello", signer.sign()), TYPE, verification(pair.getPublic())))
        .contains("hello");
  }

  @Test
  void open_ownEnvelope_givesThePayloadBack() {
    String envelope = Dsse.sign(TYPE, "{\"a\":\"€\"}", key);
    assertThat(Dsse.open(envelope, TYPE, key.publicKey())).contains("{\"a\":\"€\"}");
    assertThat(envelope).contains("\"keyid\":\"" + key.publicKey().id() + "\"");
  }

  @Test
  void open_urlSafeAlphabetWithoutPadding_isReadToo() {
    String payload = "???>>>~~~~";
    byte[] signature = key.sign(Dsse.preAuthentication(TYPE, utf8(payload)));
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    assertThat(Dsse.open(envelope(payload, signature, base64), TYPE, key.publicKey()))
        .contains(payload);
  }

  @Test
  void open_wrongKeyId_isOnlyAHint() {
    String envelope = Dsse.sign(TYPE, "a", key);
    String renamed = envelope.replace(key.publicKey().id(), "another");
    assertThat(Dsse.open(renamed, TYPE, key.publicKey())).contains("a");
  }

  @Test
  void open_oneGoodAmongSeveralSignatures_isEnough() {
    String envelope = Dsse.sign(TYPE, "a", key);
    assertThat(
            Dsse.open(
                envelope.replace("\"signatures\":[", "\"signatures\":[{\"sig\":\"AAAA\"},"),
                TYPE,
                key.publicKey()))
        .contains("a");
  }

  @Test
  void open_anotherPayloadType_isNotTaken() {
    String envelope = Dsse.sign("application/vnd.tiltmeter.manifest+json", "{}", key);
    assertThat(Dsse.open(envelope, TYPE, key.publicKey())).isEmpty();
    String relabelled = envelope.replace("application/vnd.tiltmeter.manifest+json", TYPE);
    assertThat(Dsse.open(relabelled, TYPE, key.publicKey())).isEmpty();
  }

  @Test
  void open_anotherKey_isNotTaken(@TempDir Path elsewhere) {
    String envelope = Dsse.sign(TYPE, "a", key);
    assertThat(Dsse.open(envelope, TYPE, SigningKey.open(elsewhere).publicKey())).isEmpty();
  }

  @Test
  void open_garbage_isNotTaken() {
    String good = Dsse.sign(TYPE, "a", key);
    List<String> bad =
        List.of(
            "",
            "null",
            "[]",
            "{}",
            "\0\1\2",
            "[".repeat(100_000),
            good + good,
            good.replace("{\"payload\"", "{\"payload\":\"YQ==\",\"payload\""),
            good.replace("\"payload\":\"YQ==\"", "\"payload\":\"*\""),
            good.replace("\"payload\":\"YQ==\"", "\"payload\":1"),
            good.replaceFirst("\"signatures\":\\[.*]", "\"signatures\":[]"),
            good.replaceFirst("\"signatures\":\\[.*]", "\"signatures\":[1]"),
            good.replaceFirst("\"signatures\":\\[.*]", "\"signatures\":\"\""),
            good.replaceFirst("\"sig\":\"[^\"]*\"", "\"sig\":\"\""),
            good.replaceFirst(
                "\"signatures\":\\[(.*)]",
                "\"signatures\":[" + "{\"sig\":\"AAAA\"},".repeat(16) + "$1]"));
    for (String envelope : bad) {
      assertThat(Dsse.open(envelope, TYPE, key.publicKey())).as(envelope).isEmpty();
    }
  }

  @Test
  void open_anySingleChangedCharacter_neverGivesAnotherPayload() {
    long seed = 20261125;
    Random random = new Random(seed);
    String good = Dsse.sign(TYPE, "{\"verdict\":\"block\"}", key);
    for (int round = 0; round < 500; round++) {
      StringBuilder changed = new StringBuilder(good);
      changed.setCharAt(random.nextInt(good.length()), (char) (' ' + random.nextInt(95)));
      assertThat(Dsse.open(changed.toString(), TYPE, key.publicKey()).orElse("nothing"))
          .as("seed %d, round %d", seed, round)
          .isIn("nothing", "{\"verdict\":\"block\"}");
    }
  }

  @Test
  void sign_envelope_verifiesWithOpenSsl() throws Exception {
    Path message = Files.write(home.resolve("message"), Dsse.preAuthentication(TYPE, utf8("a")));
    Path signature = Files.write(home.resolve("signature"), key.sign(Files.readAllBytes(message)));
    Process openssl = startOpenSsl(message, signature);
    String output = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(openssl.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(output).contains("Signature Verified Successfully");
    assertThat(openssl.exitValue()).isZero();
  }

  private Process startOpenSsl(Path message, Path signature) {
    try {
      return new ProcessBuilder(
              "openssl",
              "pkeyutl",
              "-verify",
              "-rawin",
              "-pubin",
              "-inkey",
              home.resolve("keys/attestation.pub.pem").toString(),
              "-sigfile",
              signature.toString(),
              "-in",
              message.toString())
          .redirectErrorStream(true)
          .start();
    } catch (IOException e) {
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError("openssl is needed where CI=true", e);
      }
      return Assumptions.abort("openssl is not installed");
    }
  }

  private static String envelope(String payload, byte[] signature) {
    return envelope(payload, signature, Base64.getEncoder());
  }

  private static String envelope(String payload, byte[] signature, Base64.Encoder base64) {
    return "{\"payloadType\":\"%s\",\"payload\":\"%s\",\"signatures\":[{\"sig\":\"%s\"}]}"
        .formatted(TYPE, base64.encodeToString(utf8(payload)), base64.encodeToString(signature));
  }

  private static VerificationKey publishedKey() throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    ECPoint point =
        new ECPoint(
            new BigInteger(
                "46950820868899156662930047687818585632848591499744589407958293238635476079160"),
            new BigInteger(
                "5640078356564379163099075877009565129882514886557779369047442380624545832820"));
    return verification(
        KeyFactory.getInstance("EC")
            .generatePublic(
                new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class))));
  }

  private static VerificationKey verification(PublicKey key) {
    return VerificationKey.parse(Pem.encode(key.getEncoded(), "PUBLIC KEY"), "key");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
