package io.tiltmeter.evaluator.scan;

/** When the threads of a pass wait until what they saw is kept. */
interface Pauses {
  /** For passes without. */
  Pauses NONE =
      new Pauses() {
        @Override
        public boolean isDue() {
          return false;
        }

        @Override
        public void keep(Place place, Seen seen) {}
      };

  /** Whether it is time; asked often, by every thread. */
  boolean isDue();

  /**
   * Keeps what was seen, while no thread sees more.
   *
   * @param place before which every row was seen
   */
  void keep(Place place, Seen seen);
}
