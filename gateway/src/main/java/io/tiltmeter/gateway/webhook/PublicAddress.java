package io.tiltmeter.gateway.webhook;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Which addresses belong to the public internet.
 *
 * <p>Of IPv4 all but what the special-purpose registry (RFC 6890, as of 2026) keeps from being
 * reached or uses for something else, multicast, and one public address under which a cloud answers
 * its guests. Of IPv6 only global unicast (2000::/3) without what embeds IPv4 addresses (Teredo,
 * 6to4) or documents; loopback, link-local, unique local, mapped and NAT64 addresses lie outside.
 */
final class PublicAddress {
  private static final List<Block> KEPT =
      List.of(
          Block.of("0.0.0.0", 8),
          Block.of("10.0.0.0", 8),
          Block.of("100.64.0.0", 10),
          Block.of("127.0.0.0", 8),
          Block.of("169.254.0.0", 16),
          Block.of("172.16.0.0", 12),
          Block.of("192.0.0.0", 24),
          Block.of("192.0.2.0", 24),
          Block.of("192.88.99.0", 24),
          Block.of("192.168.0.0", 16),
          Block.of("198.18.0.0", 15),
          Block.of("198.51.100.0", 24),
          Block.of("203.0.113.0", 24),
          // Azure's own services, its metadata included.
          Block.of("168.63.129.16", 32),
          Block.of("224.0.0.0", 3),
          Block.of("2001::", 23),
          Block.of("2001:db8::", 32),
          Block.of("2002::", 16),
          Block.of("3fff::", 20));

  private static final Block GLOBAL_UNICAST = Block.of("2000::", 3);

  private PublicAddress() {}

  /** Whether the address is one that anybody may be sent to. */
  static boolean is(InetAddress address) {
    boolean fits = address instanceof Inet4Address || GLOBAL_UNICAST.holds(address);
    return fits && KEPT.stream().noneMatch(block -> block.holds(address));
  }

  /** Addresses that begin with the same bits. */
  private record Block(InetAddress first, int bits) {
    static Block of(String first, int bits) {
      return new Block(InetAddress.ofLiteral(first), bits);
    }

    boolean holds(InetAddress address) {
      byte[] own = first.getAddress();
      byte[] other = address.getAddress();
      if (own.length != other.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % Byte.SIZE);
        if (((own[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
