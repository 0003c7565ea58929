package io.tiltmeter.dashboards.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a customer is told when a file or a model is held back: what was decided, on what grounds,
 * by whom or what, and how to contest it (after Regulation (EU) 2022/2065, Articles 17 and 20).
 *
 * @param caseId null where the policy decided and no person has a say
 * @param policy the policy's name and version
 * @param automated whether no person took part in the decision
 */
public record StatementOfReasons(
    @Nullable String caseId,
    CaseKind kind,
    Instant decidedAt,
    String policy,
    boolean automated,
    Appeal appeal) {

  /**
   * How the decision can be contested.
   *
   * @param open whether an appeal still holds the job
   * @param until when the window closes or closed; null where the job does not end by itself
   * @param how one sentence: where to write and what to quote
   * @param made when the customer appealed; null if it did not
   * @param form what the viewer can send; null where it can send nothing
   */
  public record Appeal(
      boolean open,
      @Nullable Instant until,
      String how,
      @Nullable Instant made,
      @Nullable AppealForm form) {}

  /**
   * An appeal that is being written.
   *
   * @param text what was typed before it was refused; empty at first
   * @param error one sentence saying what to change; null at first
   */
  public record AppealForm(String text, @Nullable String error) {
    /** Nothing typed yet. */
    public static final AppealForm EMPTY = new AppealForm("", null);
  }
}
