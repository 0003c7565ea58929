package io.tiltmeter.journeys;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * When the gateway is killed in the life of a job.
 *
 * @param stage the job has reached it, or a later one
 * @param answers so many answers of its evaluation are stored; 0 where they do not matter
 * @param delayMillis so long after that
 */
record KillPoint(String stage, int answers, long delayMillis) {
  /** The stages in the order of a job's life. */
  static final List<String> LIFE =
      List.of("scanning", "queued", "training", "vetting", "evaluating", "releasing", "released");

  private static final List<KillPoint> EVERY_STAGE =
      List.of(
          new KillPoint("training", 0, 0),
          new KillPoint("evaluating", 1, 0),
          new KillPoint("releasing", 0, 0),
          new KillPoint("scanning", 0, 0),
          new KillPoint("evaluating", 300, 0),
          new KillPoint("vetting", 0, 0),
          new KillPoint("queued", 0, 0),
          new KillPoint("evaluating", 100, 0),
          new KillPoint("evaluating", 500, 0));

  private static final int LONGEST_DELAY_MILLIS = 2500;

  /** How far a stage is in a job's life; one that ends it otherwise counts as the last. */
  static int order(String stage) {
    int order = LIFE.indexOf(stage);
    return order < 0 ? LIFE.size() : order;
  }

  /** So many points: each stage in its turn, then random times of random stages. */
  static List<KillPoint> choose(RandomGenerator random, int count) {
    List<KillPoint> points = new ArrayList<>();
    for (int at = 0; at < count; at++) {
      points.add(at < EVERY_STAGE.size() ? EVERY_STAGE.get(at) : any(random));
    }
    return points;
  }

  private static KillPoint any(RandomGenerator random) {
    // No random point in the last two stages: they are over in no time.
    return new KillPoint(
        LIFE.get(random.nextInt(LIFE.size() - 2)), 0, random.nextInt(LONGEST_DELAY_MILLIS));
  }

  /** The points as they come in one life. */
  static List<KillPoint> inOrder(List<KillPoint> points) {
    List<KillPoint> sorted = new ArrayList<>(points);
    Collections.sort(
        sorted,
        Comparator.comparingInt((KillPoint point) -> order(point.stage()))
            .thenComparingInt(KillPoint::answers)
            .thenComparingLong(KillPoint::delayMillis));
    return sorted;
  }
}
