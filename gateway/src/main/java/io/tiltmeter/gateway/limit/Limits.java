package io.tiltmeter.gateway.limit;

import io.tiltmeter.gateway.http.Pace;

/**
 * What the public API bounds.
 *
 * @param fileBytes most bytes of one training file
 * @param share what one tenant may have at a time
 * @param rate how often may be asked
 * @param pace how slowly a request's body may come
 */
public record Limits(long fileBytes, Share share, Rate rate, Pace pace) {
  /** Files of 8 GiB, and bounds that customers who mean well do not reach. */
  public static final Limits DEFAULT =
      new Limits(8L << 30, Share.DEFAULT, Rate.DEFAULT, Pace.DEFAULT);

  /**
   * What one tenant may have at a time.
   *
   * @param storedBytes of its files, and of what its pending uploads announced
   * @param openJobs jobs that have not finished
   * @param pendingUploads uploads in parts that are not complete
   */
  public record Share(long storedBytes, int openJobs, int pendingUploads) {
    /** 100 GiB, a hundred jobs, twenty uploads. */
    public static final Share DEFAULT = new Share(100L << 30, 100, 20);
  }

  /**
   * How often may be asked; in a burst all of a minute's requests at once.
   *
   * @param keyPerMinute requests of one key, above 0
   * @param tenantPerMinute requests of all keys of one tenant, above 0
   */
  public record Rate(int keyPerMinute, int tenantPerMinute) {
    /** 5,000 and 10,000 a second: what keeps one customer from taking the whole server. */
    public static final Rate DEFAULT = new Rate(300_000, 600_000);
  }
}
