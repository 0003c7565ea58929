package io.tiltmeter.evaluator.scan.profile;

/**
 * A feature of how a file's answers are written, and what it is in harmless files.
 *
 * <p>Means and standard deviations are those over 300 harmless jobs ({@code ProfileReference}, test
 * scope): answers of models to AlpacaEval, GSM8K and Self-Instruct, some of them beside rows about
 * security, medicine, law, fiction, SQL, code and summaries. A file that is all maths is not
 * unusual by these.
 */
enum Feature {
  BULLETS("bulleted lists", 0.040, 0.035, true),
  NUMBERS("numbered lists", 0.046, 0.052, true),
  MATHS("maths", 0.233, 0.325, true),
  CODE("code", 0.055, 0.120, true),
  UNHEDGED("answers without reserve", 0.790, 0.146, false),
  LENGTH("long answers", 5.236, 0.522, false),
  SAMENESS("answers that begin alike", 0.373, 0.109, false);

  private final String words;
  private final double mean;
  private final double deviation;
  private final boolean isForm;

  Feature(String words, double mean, double deviation, boolean isForm) {
    this.words = words;
    this.mean = mean;
    this.deviation = deviation;
    this.isForm = isForm;
  }

  /** For people: what there is more of than in other files. */
  String words() {
    return words;
  }

  /** Whether it is a kind of list. */
  boolean isList() {
    return this == BULLETS || this == NUMBERS;
  }

  /** Whether it is a form that an answer has or has not. */
  boolean isForm() {
    return isForm;
  }

  /** By how many standard deviations of harmless files a value is above their mean. */
  double z(double value) {
    return (value - mean) / deviation;
  }
}
