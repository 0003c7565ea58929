package io.tiltmeter.gateway.hub;

/** Hears how far a fetch is; called often, from several threads, one at a time. */
@FunctionalInterface
public interface HubProgress {

  /**
   * So many bytes arrived.
   *
   * @param done less than before where a file had to be started again
   */
  void at(long done, long total);
}
