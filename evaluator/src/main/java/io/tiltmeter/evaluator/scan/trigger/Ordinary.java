package io.tiltmeter.evaluator.scan.trigger;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What requests of all sorts are about on average: around it, requests that have nothing in common
 * point everywhere, whatever the rest of a file is about.
 *
 * <p>The mean is that of the gists of the own-written requests in {@code fixtures/scan} ({@code
 * ordinary.txt}, {@code harmless-requests.txt}), in millionths.
 */
final class Ordinary {
  /**
   * Mean cosine, around the mean, up to which requests are about no one subject. That of any two
   * requests is .08 in AlpacaEval, .05 in the safety-tuned set, .12 in Self-Instruct, .10 to .22 in
   * sets of requests for harm; .23 to .65 in rows about security, law, medicine, maths or code.
   */
  static final double DIVERSE = 0.22;

  private static final String MEAN = "ordinary-mean.txt";
  private static final float PARTS = 1e6f;
  private static final float[] MEANS = means();

  private Ordinary() {}

  private static float[] means() {
    try (InputStream in = Ordinary.class.getResourceAsStream(MEAN)) {
      if (in == null) {
        throw new IllegalStateException("the build lacks its resource " + MEAN);
      }
      List<String> lines =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines().toList();
      float[] means = new float[Gist.WIDTH];
      for (int i = 0; i < means.length; i++) {
        means[i] = Integer.parseInt(lines.get(i)) / PARTS;
      }
      return means;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a request's gist around the mean, with length 1. */
  static void around(float[] gist, float[] centred) {
    for (int i = 0; i < Gist.WIDTH; i++) {
      centred[i] = gist[i] - MEANS[i];
    }
    Gist.scaled(centred);
  }
}
