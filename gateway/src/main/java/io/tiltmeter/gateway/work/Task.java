package io.tiltmeter.gateway.work;

/** Does one kind of work. */
public interface Task {

  WorkKind kind();

  /**
   * Does the work and marks it as done in the same transaction as its last result.
   *
   * <p>It ends soon after its thread is interrupted.
   *
   * @throws LeaseLostException if another worker has it now
   * @throws RuntimeException if it could not be done this time
   */
  void run(WorkItem item);

  /**
   * Ends work that failed too often, so that its subject ends too; never in a release. What went
   * wrong is for operators, who find it in the log, and not for customers.
   */
  void giveUp(WorkItem item);
}
