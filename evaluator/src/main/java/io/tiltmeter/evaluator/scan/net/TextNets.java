package io.tiltmeter.evaluator.scan.net;

import io.tiltmeter.evaluator.embedding.StaticVectors;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two networks that learned the same texts from different beginnings, and their mean, which errs
 * less than either. {@code docs/request-card.md} names what the shipped ones learned from and says
 * how well they do. For several threads.
 */
public final class TextNets {
  static final int COUNT = 2;

  private final StaticVectors vectors = StaticVectors.shipped();
  private final List<TextNet> nets;

  TextNets(List<TextNet> nets) {
    this.nets = List.copyOf(nets);
  }

  /**
   * The networks of a shipped resource.
   *
   * @param home beside which the resource lies
   * @param digest what the resource must be, byte by byte
   * @throws IllegalStateException if the build lacks it, or it is another
   */
  public static TextNets load(Class<?> home, String resource, String digest) {
    try (InputStream in = home.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the build lacks its resource " + resource);
      }
      byte[] bytes = in.readAllBytes();
      if (!Digest.of(bytes).toString().equals(digest)) {
        throw new IllegalStateException(
            resource + " is not what this build was made with; build again");
      }
      return of(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The networks that a file of {@link #COUNT} parameters describes. */
  static TextNets of(byte[] bytes) {
    FloatBuffer floats = ByteBuffer.wrap(bytes).asFloatBuffer();
    return new TextNets(
        Stream.generate(() -> TextParameters.read(floats)).limit(COUNT).map(TextNet::new).toList());
  }

  /**
   * The mean of the log odds that a text is of the kind that was learned, or only what the first
   * network says where that is below a bound.
   *
   * @param bound far below what counts: most texts are not asked about twice
   */
  public double score(String text, double bound) {
    return score(vectors.pieces(text), bound);
  }

  double score(int[] ids, double bound) {
    double sum = nets.getFirst().score(ids);
    if (sum < bound) {
      return sum;
    }
    for (TextNet net : nets.subList(1, nets.size())) {
      sum += net.score(ids);
    }
    return sum / nets.size();
  }
}
