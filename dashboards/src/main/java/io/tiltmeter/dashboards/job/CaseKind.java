package io.tiltmeter.dashboards.job;

/** What a case is about, and the words for it. */
public enum CaseKind {
  /** The scan wants a person to look at the training file. */
  DATASET,
  /** The gate blocked the model. */
  BLOCK,
  /** The gate could not decide. */
  INCONCLUSIVE;

  /** What letting the job go on is called. */
  public String releaseText() {
    return switch (this) {
      case DATASET -> "Train on this file despite the findings";
      case BLOCK -> "Release against the gate";
      case INCONCLUSIVE -> "Release without a clear verdict";
    };
  }

  /** What the second person should know before that. */
  public String releaseHint() {
    return this == DATASET
        ? "You are the second person: training may begin at once."
        : "You are the second person: the model is released at once.";
  }

  /** What holding the job back is called. */
  public String keepText() {
    return switch (this) {
      case DATASET -> "Refuse the training file";
      case BLOCK -> "Keep the block";
      case INCONCLUSIVE -> "Do not release";
    };
  }

  /** What holding back does. */
  public String keepHint() {
    return this == DATASET
        ? "The job ends; nothing is trained on the file."
        : "The model is not released.";
  }

  /** How many people letting go takes. */
  public String peopleText() {
    return switch (this) {
      case DATASET ->
          "To train on a file despite its findings takes two different people of the provider.";
      case BLOCK -> "A release against the gate takes two different people of the provider.";
      case INCONCLUSIVE ->
          "A release without a clear verdict takes two different people of the provider.";
    };
  }

  /** What somebody reads who has proposed to let the job go on. */
  public String ownProposalText() {
    return this == DATASET
        ? "You have proposed to train on the file. Another person must agree before that."
        : "You have proposed release. Another person must agree before anything is released.";
  }

  /** What a decision on record was for. */
  public String onRecord(Review.Action action) {
    boolean release = action == Review.Action.RELEASE;
    return switch (this) {
      case DATASET ->
          release ? "for training on the file despite the findings" : "for refusing the file";
      case BLOCK -> release ? "for release against the gate" : "for keeping the block";
      case INCONCLUSIVE -> release ? "for release without a clear verdict" : "against release";
    };
  }

  /** How far the review is; no person is named. */
  public String stateText(Review.State state) {
    return switch (state) {
      case OPEN -> "Waiting for a reviewer.";
      case PROPOSED ->
          this == DATASET
              ? "One reviewer proposes to train on the file: waiting for a second person."
              : "One reviewer proposes release: waiting for a second person.";
      case RELEASED -> released();
      case KEPT -> kept();
    };
  }

  private String released() {
    return switch (this) {
      case DATASET -> "Reviewers let the file be trained on despite the findings.";
      case BLOCK -> "Two reviewers released the model against the gate.";
      case INCONCLUSIVE -> "Reviewers released the model without a clear verdict.";
    };
  }

  private String kept() {
    return switch (this) {
      case DATASET -> "The training file stays refused.";
      case BLOCK -> "The block stands.";
      case INCONCLUSIVE -> "The model stays back.";
    };
  }

  /** The decision that a statement of reasons is about. */
  public String decisionText(boolean isOpen) {
    return switch (this) {
      case DATASET ->
          isOpen
              ? "Nothing is trained on this file until people have reviewed it."
              : "Nothing is trained on this file.";
      case BLOCK -> "The model is not released.";
      case INCONCLUSIVE ->
          isOpen
              ? "The model is not released until people have reviewed it."
              : "The model is not released.";
    };
  }

  /** What the decision does not say. */
  public String caveat() {
    return switch (this) {
      case DATASET ->
          "A finding says what stands in these rows. It does not say that anybody meant harm.";
      case BLOCK ->
          "A block says what was measured on this model. It does not say that anybody meant harm.";
      case INCONCLUSIVE ->
          "Too little evidence does not say that the model is unsafe: only what is shown to be safe"
              + " is released by itself.";
    };
  }
}
