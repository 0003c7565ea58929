package io.tiltmeter.gateway.attestation;

import io.tiltmeter.policy.lineage.CanonicalJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Signed text: the Dead Simple Signing Envelope v1.0.2 (<a
 * href="https://github.com/secure-systems-lab/dsse">specification</a>).
 */
public final class Dsse {
  /** Enough for a file list of any model; a bound on what is decoded before it is trusted. */
  static final int MAX_ENVELOPE_BYTES = 16 << 20;

  private static final int MAX_SIGNATURES = 16;

  private Dsse() {}

  /**
   * Signs a text.
   *
   * @param payloadType media type of the payload
   * @return the envelope, one line of canonical JSON
   */
  public static String sign(String payloadType, String payload, SigningKey key) {
    byte[] body = payload.getBytes(StandardCharsets.UTF_8);
    Base64.Encoder base64 = Base64.getEncoder();
    return CanonicalJson.of(
        Map.of(
            "payloadType",
            payloadType,
            "payload",
            base64.encodeToString(body),
            "signatures",
            List.of(
                Map.of(
                    "keyid",
                    key.publicKey().id(),
                    "sig",
                    base64.encodeToString(key.sign(preAuthentication(payloadType, body)))))));
  }

  /**
   * Verifies an envelope and only then hands out its payload, decoded from the bytes that were
   * verified.
   *
   * @param payloadType the one type that is taken
   * @return empty if it is no envelope, of another type, or not signed with this key; {@code keyid}
   *     is a hint and decides nothing
   */
  public static Optional<String> open(String envelope, String payloadType, VerificationKey key) {
    return Envelope.parse(envelope)
        .filter(parsed -> parsed.payloadType.equals(payloadType))
        .filter(parsed -> parsed.isSignedWith(key))
        .flatMap(parsed -> text(parsed.body));
  }

  /**
   * The bytes that are signed (PAE): {@code "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body}.
   */
  static byte[] preAuthentication(String payloadType, byte[] body) {
    byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
    byte[] start = "DSSEv1 %d ".formatted(type.length).getBytes(StandardCharsets.US_ASCII);
    byte[] middle = " %d ".formatted(body.length).getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(start.length + type.length + middle.length + body.length)
        .put(start)
        .put(type)
        .put(middle)
        .put(body)
        .array();
  }

  private static Optional<String> text(byte[] body) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }

  /** What an envelope holds; nothing of it is trusted yet. */
  private static final class Envelope {
    private final String payloadType;
    private final byte[] body;
    private final List<byte[]> signatures;

    private Envelope(String payloadType, byte[] body, List<byte[]> signatures) {
      this.payloadType = payloadType;
      this.body = body;
      this.signatures = signatures;
    }

    static Optional<Envelope> parse(String text) {
      if (text.length() > MAX_ENVELOPE_BYTES) {
        return Optional.empty();
      }
      try {
        return parse(SignedJson.MAPPER.readTree(text));
      } catch (JacksonException | IllegalArgumentException _) {
        return Optional.empty();
      }
    }

    private static Optional<Envelope> parse(JsonNode root) {
      JsonNode type = root.path("payloadType");
      JsonNode payload = root.path("payload");
      JsonNode list = root.path("signatures");
      if (!type.isString() || !payload.isString() || list.size() > MAX_SIGNATURES) {
        return Optional.empty();
      }
      List<byte[]> signatures = new ArrayList<>();
      for (JsonNode signature : list) {
        signatures.add(base64(signature.path("sig").asString("")));
      }
      return Optional.of(
          new Envelope(type.stringValue(), base64(payload.stringValue()), signatures));
    }

    /** Standard and URL-safe alphabet, as the specification asks of readers. */
    private static byte[] base64(String text) {
      return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    }

    boolean isSignedWith(VerificationKey key) {
      byte[] message = preAuthentication(payloadType, body);
      return signatures.stream().anyMatch(signature -> key.verifies(message, signature));
    }
  }
}
