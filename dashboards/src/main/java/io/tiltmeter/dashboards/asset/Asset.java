package io.tiltmeter.dashboards.asset;

import io.tiltmeter.policy.lineage.Digest;
import java.util.Base64;

/** One static file, held in memory. */
public final class Asset {
  private static final int VERSION_LENGTH = 16;

  private final String name;
  private final String contentType;
  private final byte[] bytes;
  private final String version;

  Asset(String name, String contentType, byte[] bytes) {
    this.name = name;
    this.contentType = contentType;
    this.bytes = bytes;
    this.version = Digest.of(bytes).hex().substring(0, VERSION_LENGTH);
  }

  /** As in the address, without folders. */
  public String name() {
    return name;
  }

  /** For the header of that name. */
  public String contentType() {
    return contentType;
  }

  /** A copy of the content. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** A strong validator (RFC 9110, section 8.8.3), quotes included. */
  public String etag() {
    return '"' + version + '"';
  }

  /** The whole content as an address (RFC 2397), for documents that open without a server. */
  public String inline() {
    return "data:%s;base64,%s"
        .formatted(contentType.replace(" ", ""), Base64.getEncoder().encodeToString(bytes));
  }

  /** The address with the content's version, so that it may be cached for ever. */
  public String href() {
    return Assets.PATH + name + "?v=" + version;
  }
}
