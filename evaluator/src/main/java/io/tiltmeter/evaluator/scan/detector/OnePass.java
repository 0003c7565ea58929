package io.tiltmeter.evaluator.scan.detector;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A detector that sees every row once.
 *
 * @param <L> how it looks at rows
 */
public abstract class OnePass<L extends Look<L>> implements Detector<L> {
  private final String name;
  private final String version;
  private final Supplier<L> fresh;
  private @Nullable L seen;

  /**
   * A detector before its pass.
   *
   * @param name as policies spell it
   * @param version the name, a hyphen and a number
   * @param fresh makes a look that has seen nothing
   */
  protected OnePass(String name, String version, Supplier<L> fresh) {
    this.name = name;
    this.version = version;
    this.fresh = fresh;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String version() {
    return version;
  }

  @Override
  public final L look() {
    return fresh.get();
  }

  @Override
  public final boolean learn(L whole) {
    seen = whole;
    return false;
  }

  /** What was seen of all rows; nothing before the pass has ended. */
  protected final L seen() {
    L known = seen;
    if (known == null) {
      known = fresh.get();
      seen = known;
    }
    return known;
  }
}
