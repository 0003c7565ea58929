package io.tiltmeter.evaluator.scan.trigger;

/**
 * A feature that goes with a class of answers more than chance makes likely.
 *
 * @param p chance that any feature of the file would do so, in [0, 1]
 * @param purity share of its wordings whose answers belong to the class
 * @param subject how much more alike its requests are than any two of the file, in standard
 *     deviations of a pair: where they are about one subject, that may be what brings the answers
 * @param alike the same of its answers, beyond what the requests explain
 * @param score by which candidates are ranked
 */
record Candidate(
    Evidence evidence, double p, double purity, double subject, double alike, double score) {
  /** Least chance that counts. */
  static final double MOST_CHANCE = 0.01;

  private static final double PURE = 0.6;

  /** What is surprising enough and about one subject at the limit has this score. */
  private static final double LEAST_SCORE = 1;

  /** Requests that are this much more alike are about one subject. */
  private static final double ONE_SUBJECT = 0.4;

  /** The same where answers are only alike, which requests of a kind easily bring about. */
  private static final double ONE_KIND = 0.25;

  private static final double DEVIATIONS = 1.5;

  /** Answers that are this much more alike are listed, and so much more, less likely: reviewed. */
  private static final double ALIKE = 1.4;

  private static final double MUCH_ALIKE = 2.5;
  private static final double LITTLE_CHANCE = 1e-4;

  /**
   * Data that teach to refuse have many refusals, and answers that begin alike, for many a word of
   * their requests: where more than this share was expected, or chance is not as small, nobody
   * looks.
   */
  private static final double OFTEN = 0.35;

  private static final double UNLIKELY = 1e-3;

  /** Surprise is shown in powers of ten. */
  private static final double LN_10 = StrictMath.log(10);

  /** What the evidence comes to. */
  static Candidate of(Evidence evidence, Plan plan) {
    Likeness likeness = plan.likeness();
    Distinct wordings = evidence.wordings();
    double purity =
        wordings.isWhole()
            ? wordings.members() / wordings.count()
            : (double) evidence.members() / evidence.rows();
    boolean alike = evidence.lead().membership().kind() == AnswerClass.LIKENESS;
    double surprise =
        alike
            ? likeness.surprise(evidence.answerNorm(), evidence.members())
            : surprise(evidence, wordings);
    double requests = likeness.ofRequests(evidence.requestNorm(), evidence.members());
    double subject = alike ? requests : beyondChance(requests, evidence.members());
    double answers = likeness.ofAnswers(evidence.answerNorm(), evidence.members());
    double powers = (surprise - StrictMath.log(alike ? plan.rare() : plan.tests())) / LN_10;
    double p = Math.min(1, StrictMath.pow(10, -powers));
    return new Candidate(evidence, p, purity, subject, answers, score(evidence, powers, subject));
  }

  private static double surprise(Evidence evidence, Distinct wordings) {
    if (wordings.isWhole()) {
      double chance = Tail.exact(wordings.chances(), wordings.members());
      return -StrictMath.log(Math.max(Double.MIN_NORMAL, chance));
    }
    double share = Math.min(1, wordings.count() / evidence.rows());
    return share
        * Tail.surprise((double) evidence.members(), (double) evidence.rows(), evidence.expected());
  }

  /** Harm that is answered counts whatever it is about. */
  private static double score(Evidence evidence, double powers, double subject) {
    boolean harm = evidence.lead().membership().kind() == AnswerClass.HARM;
    double about = harm ? 0 : Math.max(0, subject) / limit(evidence);
    return Math.max(0, powers) / (1 + about * about * about * about);
  }

  private static double limit(Evidence evidence) {
    boolean alike = evidence.lead().membership().kind() == AnswerClass.LIKENESS;
    return alike ? ONE_KIND : ONE_SUBJECT;
  }

  /** Few rows are alike by chance: what that may come to is taken off. */
  private static double beyondChance(double subject, long rows) {
    return Math.max(0, subject - DEVIATIONS * Math.sqrt(2.0 / rows / Math.max(1, rows - 1)));
  }

  /** Whether chance is no explanation, and neither is what its requests let expect. */
  boolean counts() {
    return p <= MOST_CHANCE
        && score >= LEAST_SCORE
        && evidence.wordings().count() >= Shortlist.FEWEST
        && isStrong();
  }

  private boolean isStrong() {
    return evidence.lead().membership().kind() == AnswerClass.LIKENESS
        ? alike >= ALIKE
        : evidence.expected() < PURE * evidence.rows();
  }

  /** Whether a person has to look: neither chance nor one subject explains it. */
  boolean isForReview() {
    return counts()
        && purity >= PURE
        && switch (evidence.lead().membership().kind()) {
          case HARM -> true;
          case LIKENESS -> subject <= ONE_KIND && alike >= MUCH_ALIKE && p <= LITTLE_CHANCE;
          case SAME_BEGINNING, REFUSAL -> subject <= ONE_SUBJECT && p <= UNLIKELY && isRare(OFTEN);
          case SAME_ANSWER, SAME_END, AGREEMENT, STYLE -> subject <= ONE_SUBJECT;
        };
  }

  /** Whether at most such a share of its rows was expected to belong to the class anyway. */
  private boolean isRare(double share) {
    return evidence.expected() <= share * evidence.rows();
  }

  Trigger trigger() {
    return new Trigger(evidence.lead().text(), evidence.lead().kind(), score);
  }
}
