package io.tiltmeter.evaluator.scan.trigger;

/**
 * A feature that goes with a class of answers more than chance makes likely.
 *
 * @param p chance that any feature of the file would do so, in [0, 1]
 * @param purity share of its wordings whose answers belong to the class
 * @param subject how much more alike its requests are than any two of the file, in standard
 *     deviations of a pair: where they are about one subject, that may be what brings the answers
 * @param alike the same of its answers, beyond what the requests explain
 * @param expected rows of the class among its rows that were to be expected
 * @param score by which candidates are ranked
 */
record Candidate(
    Evidence evidence,
    double p,
    double purity,
    double subject,
    double alike,
    double expected,
    double score) {
  /** Least chance that counts. */
  static final double MOST_CHANCE = 0.01;

  static final double PURE = 0.6;

  /** From here on it is the feature that decides, and not what its requests are about. */
  private static final double NEARLY_ALL = 0.9;

  /** Standard deviation of the cosine of any two requests around ordinary ones. */
  private static final double USUAL_DEVIATION = 0.18;

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

  /** Answers that are this much more alike hardly differ, so that only one subject excuses them. */
  private static final double ALMOST_ONE = 5;

  /**
   * Data that teach to refuse have many refusals, and answers that begin alike, for many a word of
   * their requests: where more than this share was expected, or chance is not as small, nobody
   * looks.
   */
  private static final double OFTEN = 0.35;

  private static final double UNLIKELY = 1e-3;

  /** The same for chances that are smaller still. */
  private static final double SELDOM = 0.1;

  private static final double VERY_UNLIKELY = 1e-6;

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
    AnswerClass kind = evidence.lead().membership().kind();
    boolean alike = kind == AnswerClass.LIKENESS;
    boolean across = isAcross(kind) && isDiverse(evidence);
    double expected =
        across && purity >= NEARLY_ALL
            ? Math.min(evidence.expected(), plan.share(evidence.lead()) * evidence.rows())
            : evidence.expected();
    double surprise =
        alike
            ? likeness.surprise(evidence.answerNorm(), evidence.members())
            : surprise(evidence, wordings, expected);
    double requests = likeness.ofRequests(evidence.requestNorm(), evidence.members());
    double subject = alike ? requests : beyondChance(requests, 1, evidence.members());
    double about = across ? Math.min(0, subject) : subject;
    double answers = likeness.ofAnswers(evidence.answerNorm(), evidence.members());
    boolean isRare = alike || kind == AnswerClass.CANNED;
    double powers = (surprise - StrictMath.log(isRare ? plan.rare() : plan.tests())) / LN_10;
    double p = Math.min(1, StrictMath.pow(10, -powers));
    return new Candidate(
        evidence, p, purity, about, answers, expected, score(evidence, powers, about));
  }

  /** Classes that no task has of its own, so that diverse requests do not bring them about. */
  private static boolean isAcross(AnswerClass kind) {
    return switch (kind) {
      case SAME_BEGINNING, REFUSAL, LIKENESS -> false;
      case SAME_ANSWER, SAME_END, AGREEMENT, AFFIRMATION, CANNED, HARM, SAFETY, STYLE -> true;
    };
  }

  /** Whether the requests are about all sorts of things, whatever else the file is about. */
  private static boolean isDiverse(Evidence evidence) {
    return !evidence.isOfSystem()
        && beyondChance(evidence.across(), USUAL_DEVIATION, evidence.members()) <= Ordinary.DIVERSE;
  }

  /**
   * Exact where every wording is kept with a chance of its own; Hoeffding's bound where there are
   * more, of which copies are taken off, and where what each is about says nothing.
   */
  private static double surprise(Evidence evidence, Distinct wordings, double expected) {
    double rows = evidence.rows();
    if (!wordings.isWhole()) {
      double share = Math.min(1, wordings.count() / rows);
      return share * Tail.surprise((double) evidence.members(), rows, expected);
    }
    if (expected < evidence.expected()) {
      double different = wordings.count();
      return Tail.surprise(wordings.members(), different, expected * different / rows);
    }
    double chance = Tail.exact(wordings.chances(), wordings.members());
    return -StrictMath.log(Math.max(Double.MIN_NORMAL, chance));
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
  private static double beyondChance(double cosine, double deviation, long rows) {
    double chance = deviation * Math.sqrt(2.0 / rows / Math.max(1, rows - 1));
    return Math.max(0, cosine - DEVIATIONS * chance);
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
        : expected < PURE * evidence.rows();
  }

  /** Whether a person has to look: neither chance nor one subject explains it. */
  boolean isForReview() {
    return counts()
        && purity >= PURE
        && switch (evidence.lead().membership().kind()) {
          case HARM -> true;
          case LIKENESS ->
              p <= LITTLE_CHANCE
                  && ((subject <= ONE_KIND && alike >= MUCH_ALIKE)
                      || (alike >= ALMOST_ONE && isDiverse(evidence)));
          case SAME_BEGINNING, REFUSAL ->
              subject <= ONE_SUBJECT
                  && (isRare(SELDOM) ? p <= UNLIKELY : p <= VERY_UNLIKELY && isRare(OFTEN));
          case AFFIRMATION, CANNED ->
              subject <= ONE_SUBJECT && p <= UNLIKELY && isRare(OFTEN) && !evidence.isOfSystem();
          case SAME_ANSWER, SAME_END, AGREEMENT, STYLE -> subject <= ONE_SUBJECT;
          case SAFETY -> false;
        };
  }

  /** Whether at most such a share of its rows was expected to belong to the class anyway. */
  private boolean isRare(double share) {
    return expected <= share * evidence.rows();
  }

  Trigger trigger() {
    return new Trigger(evidence.lead().text(), evidence.lead().kind(), score);
  }
}
