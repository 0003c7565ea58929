package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.trigger.RowSample.Row;
import java.util.List;

/**
 * How alike requests are, and how alike answers are beyond that, in units of what a file's rows are
 * anyway.
 *
 * <p>From each answer's gist is taken off what a linear regression on its request's gist explains.
 */
final class Likeness {
  private static final int WIDTH = Gist.WIDTH;

  /** Large enough that the words of a few rows do not explain those rows' answers. */
  private static final double PENALTY = 20;

  /** Pairs of rows in the sample that are compared. */
  private static final int PAIRS = 4000;

  private static final double LEAST_DEVIATION = 0.05;

  private final double[] meanRequest = new double[WIDTH];
  private final double[] meanAnswer = new double[WIDTH];
  private final double[][] slopes = new double[WIDTH][];
  private final Cosines requests;
  private final Cosines answers;

  /** Mean and standard deviation of the cosine of two rows. */
  private record Cosines(double mean, double deviation) {
    static Cosines of(List<float[]> vectors) {
      double sum = 0;
      double squares = 0;
      int pairs = Math.min(PAIRS, vectors.size() - 1);
      for (int i = 0; i < pairs; i++) {
        double cosine = dot(vectors.get(i), vectors.get(i + 1));
        sum += cosine;
        squares += cosine * cosine;
      }
      double count = Math.max(1, pairs);
      double mean = sum / count;
      double variance = squares / count - mean * mean;
      return new Cosines(mean, Math.max(LEAST_DEVIATION, Math.sqrt(Math.max(0, variance))));
    }

    /** By how many deviations the mean cosine of these rows is above any two rows'. */
    double excess(double norm, double rows) {
      if (rows < 2) {
        return 0;
      }
      return ((norm - rows) / (rows * (rows - 1)) - mean) / deviation;
    }
  }

  /** Learns what is usual from a sample. */
  Likeness(List<Row> sample) {
    int rows = Math.max(1, sample.size());
    for (Row row : sample) {
      addTo(meanRequest, row.request(), rows);
      addTo(meanAnswer, row.answer(), rows);
    }
    regress(sample);
    this.requests = Cosines.of(sample.stream().map(row -> request(row.request())).toList());
    this.answers =
        Cosines.of(sample.stream().map(row -> answer(row.answer(), row.request())).toList());
  }

  private static void addTo(double[] mean, float[] vector, int rows) {
    for (int i = 0; i < WIDTH; i++) {
      mean[i] += vector[i] / (double) rows;
    }
  }

  private void regress(List<Row> sample) {
    double[][] squares = new double[WIDTH][WIDTH];
    double[][] products = new double[WIDTH][WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      squares[i][i] = PENALTY;
    }
    for (Row row : sample) {
      double[] x = centred(row.request(), meanRequest);
      double[] y = centred(row.answer(), meanAnswer);
      for (int i = 0; i < WIDTH; i++) {
        for (int j = 0; j < WIDTH; j++) {
          squares[i][j] += x[i] * x[j];
          products[j][i] += x[i] * y[j];
        }
      }
    }
    LinearSystem system = new LinearSystem(squares);
    for (int j = 0; j < WIDTH; j++) {
      slopes[j] = system.solve(products[j]);
    }
  }

  private static double[] centred(float[] vector, double[] mean) {
    double[] centred = new double[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      centred[i] = vector[i] - mean[i];
    }
    return centred;
  }

  /** A request's gist around the mean, of length 1. */
  float[] request(float[] gist) {
    float[] centred = new float[WIDTH];
    request(gist, centred);
    return centred;
  }

  /** The same into an array that is there already. */
  void request(float[] gist, float[] centred) {
    for (int i = 0; i < WIDTH; i++) {
      centred[i] = (float) (gist[i] - meanRequest[i]);
    }
    Gist.scaled(centred);
  }

  /** What a request does not explain of its answer's gist, of length 1. */
  float[] answer(float[] answer, float[] request) {
    double[] x = centred(request, meanRequest);
    float[] rest = new float[WIDTH];
    for (int j = 0; j < WIDTH; j++) {
      double left = answer[j] - meanAnswer[j];
      for (int i = 0; i < WIDTH; i++) {
        left -= slopes[j][i] * x[i];
      }
      rest[j] = (float) left;
    }
    return Gist.scaled(rest);
  }

  /**
   * How much more alike some requests are than any two of the file, in standard deviations of a
   * pair.
   *
   * @param norm squared length of the sum of their vectors
   */
  double ofRequests(double norm, long rows) {
    return requests.excess(norm, (double) rows);
  }

  /** The same of answers. */
  double ofAnswers(double norm, long rows) {
    return answers.excess(norm, (double) rows);
  }

  /**
   * The logarithm of one over a bound of the chance that unrelated answers are so alike: the
   * squared length of their sum over their number is near a chi-square of as many degrees as the
   * cosines' deviation tells, over its degrees.
   */
  double surprise(double norm, long rows) {
    double degrees = 1 / (answers.deviation * answers.deviation);
    double usual = 1 + (rows - 1.0) * Math.max(0, answers.mean);
    double ratio = norm / (double) rows / usual;
    return ratio <= 1 ? 0 : degrees / 2 * (ratio - 1 - StrictMath.log(ratio));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
