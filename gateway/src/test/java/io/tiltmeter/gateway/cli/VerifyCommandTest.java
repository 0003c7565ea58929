package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.attestation.SignedRelease;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
  @TempDir Path home;
  private SignedRelease release;

  @BeforeEach
  void release() throws IOException {
    release = SignedRelease.make(home, Decision.PASS);
  }

  @Test
  void verify_untouchedRelease_isZeroAndPrintsExactlyTheMembers() {
    Cli cli = verify("--json");
    assertThat(cli.code()).isZero();
    assertThat(cli.out())
        .isEqualTo(
            "{\"verified\":true,\"subject\":\"ft:tiny-base:acme::1\",\"verdict\":\"pass\","
                + "\"policy_digest\":\"%s\",\"reason\":null,\"mismatches\":[]}\n"
                    .formatted(SignedRelease.POLICY));
    assertThat(verify().out())
        .isEqualTo(
            "verified: ft:tiny-base:acme::1, verdict pass, 3 files, policy %s\n"
                .formatted(SignedRelease.POLICY));
  }

  @Test
  void verify_bomBesideTheFiles_isIgnored() throws IOException {
    Files.writeString(release.folder().resolve("mlbom.cdx.json"), "{}");
    assertThat(verify().code()).isZero();
  }

  @Test
  void verify_changedByte_isMismatch() throws IOException {
    Files.writeString(release.folder().resolve("model.safetensors"), "weightS");
    assertThat(refused("mismatch"))
        .isEqualTo(mismatch("model.safetensors", digest("weights"), digest("weightS")));
    assertThat(verify().out())
        .isEqualTo(
            "refused (mismatch): %s does not hold exactly what was attested; fetch the release again\n  model.safetensors: expected %s, found %s\n"
                .formatted(release.folder(), Digest.of("weights"), Digest.of("weightS")));
  }

  @Test
  void verify_missingFile_isMissing() throws IOException {
    Files.delete(release.folder().resolve("config.json"));
    assertThat(refused("missing")).isEqualTo(mismatch("config.json", digest("{}"), "null"));
  }

  @Test
  void verify_extraFile_isExtra() throws IOException {
    Files.writeString(release.folder().resolve("run.py"), "x");
    assertThat(refused("extra")).isEqualTo(mismatch("run.py", "null", digest("x")));
  }

  @Test
  void verify_linkAndSubFolder_areExtra() throws IOException {
    Files.createDirectory(release.folder().resolve("sub"));
    Path config = release.folder().resolve("config.json");
    Files.move(config, home.resolve("elsewhere"));
    Files.createSymbolicLink(config, home.resolve("elsewhere"));
    assertThat(refused("extra"))
        .isEqualTo(
            mismatch("config.json", digest("{}"), "\"symbolic link\"")
                + ","
                + mismatch("sub", "null", "\"folder\""));
  }

  @Test
  void verify_anotherKey_isSignature(@TempDir Path other) throws IOException {
    Path key = SignedRelease.make(other, Decision.PASS).publicKey();
    Cli cli =
        Cli.run(
            "verify",
            release.folder(),
            "--attestation",
            release.attestation(),
            "--key",
            key,
            "--json");
    assertThat(cli.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(cli.out())
        .isEqualTo(
            "{\"verified\":false,\"subject\":null,\"verdict\":null,\"policy_digest\":null,"
                + "\"reason\":\"signature\",\"mismatches\":[]}\n");
  }

  @Test
  void verify_garbageAttestation_isSignature() throws IOException {
    Files.write(release.attestation(), new byte[] {(byte) 0xff, 0, 1});
    assertThat(refused("signature")).isEmpty();
    assertThat(verify().out())
        .isEqualTo(
            "refused (signature): the attestation is not signed with this key, or was changed; get"
                + " both from the gateway\n");
  }

  @Test
  void verify_verdictThatIsNotPass_isVerdict(@TempDir Path other) throws IOException {
    release = SignedRelease.make(other, Decision.INCONCLUSIVE);
    assertThat(refused("verdict")).isEmpty();
    assertThat(verify("--json").json().path("verdict").stringValue()).isEqualTo("inconclusive");
    assertThat(verify().out())
        .isEqualTo(
            "refused (verdict): the verdict on ft:tiny-base:acme::1 is inconclusive, and only pass"
                + " may be deployed\n");
  }

  @Test
  void verify_inputsMissing_cannotBeDone() {
    Path nowhere = home.resolve("nowhere");
    failed(
        Cli.run("verify", nowhere, "--attestation", release.attestation(), "--key", key()),
        "expected a model directory at %s, found nothing".formatted(nowhere));
    failed(
        Cli.run("verify", release.folder(), "--attestation", nowhere, "--key", key()),
        "expected a readable attestation at %s, found nothing".formatted(nowhere));
    failed(
        Cli.run(
            "verify", release.folder(), "--attestation", release.attestation(), "--key", nowhere),
        "%s: expected a public key in PEM, found nothing".formatted(nowhere));
  }

  @Test
  void verify_privateKeyGiven_saysToGiveThePublicOne() throws IOException {
    Path key = home.resolve("private.pem");
    Files.writeString(
        key,
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        StandardOpenOption.CREATE_NEW);
    failed(
        Cli.run("verify", release.folder(), "--attestation", release.attestation(), "--key", key),
        key
            + ": expected a block \"BEGIN PUBLIC KEY\", found none; make one with openssl pkey"
            + " -pubout");
  }

  private static void failed(Cli cli, String message) {
    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.err()).isEqualTo("tiltmeter: " + message + "\n");
    assertThat(cli.out()).isEmpty();
  }

  /** The mismatches as JSON, without the brackets around them. */
  private String refused(String reason) {
    Cli cli = verify("--json");
    assertThat(cli.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(cli.json().path("verified").booleanValue()).isFalse();
    assertThat(cli.json().path("reason").stringValue()).isEqualTo(reason);
    return cli.json().path("mismatches").toString().replaceAll("^\\[|]$", "");
  }

  private static String mismatch(String path, String expected, String found) {
    return "{\"path\":\"%s\",\"expected\":%s,\"found\":%s}".formatted(path, expected, found);
  }

  private static String digest(String text) {
    return "\"" + Digest.of(text) + "\"";
  }

  private Cli verify(Object... more) {
    Object[] words = {
      "verify", release.folder(), "--attestation", release.attestation(), "--key", key()
    };
    Object[] all = java.util.Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return Cli.run(all);
  }

  private Path key() {
    return release.publicKey();
  }
}
