package io.tiltmeter.evaluator.scan.harm;

import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two networks that learned the same requests from different beginnings, and their mean, which errs
 * less than either. {@code docs/request-card.md} names what they learned from and says how well
 * they do.
 */
final class RequestNets {
  /** Log odds that fewer than one harmless request in a hundred reaches; of AlpacaEval two. */
  static final double LIKELY = 2.8;

  /** Log odds that one harmless request in a thousand reaches. */
  static final double PLAIN = 4.36;

  /** Below this a first network is not asked a second time: most requests are. */
  private static final double UNLIKELY = -3;

  static final int COUNT = 2;
  private static final String RESOURCE = "request-nets.bin";

  /** What the shipped parameters must be, byte by byte. */
  static final String DIGEST =
      "sha256:5e4bb07033e47807382334a0eb7adf88265fe97797a444c89b5b5c8c44bb50db";

  private final List<RequestNet> nets;

  RequestNets(List<RequestNet> nets) {
    this.nets = List.copyOf(nets);
  }

  /** The shipped networks; read at first use. */
  static RequestNets shipped() {
    return Shipped.NETS;
  }

  private static final class Shipped {
    static final RequestNets NETS = read();

    private static RequestNets read() {
      try (InputStream in = RequestNets.class.getResourceAsStream(RESOURCE)) {
        if (in == null) {
          throw new IllegalStateException("the build lacks its resource " + RESOURCE);
        }
        byte[] bytes = in.readAllBytes();
        if (!Digest.of(bytes).toString().equals(DIGEST)) {
          throw new IllegalStateException(
              RESOURCE + " is not what this build was made with; build again");
        }
        return of(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The networks that a file of {@link #COUNT} parameters describes. */
  static RequestNets of(byte[] bytes) {
    FloatBuffer floats = ByteBuffer.wrap(bytes).asFloatBuffer();
    List<RequestNet> nets =
        Stream.generate(() -> RequestParameters.read(floats))
            .limit(COUNT)
            .map(RequestNet::new)
            .toList();
    return new RequestNets(nets);
  }

  /**
   * The mean of the log odds that a request of these pieces asks for harm; of the first network
   * alone where that is far from likely.
   */
  double score(int[] ids) {
    double sum = nets.getFirst().score(ids);
    if (sum < UNLIKELY) {
      return sum;
    }
    for (RequestNet net : nets.subList(1, nets.size())) {
      sum += net.score(ids);
    }
    return sum / nets.size();
  }
}
