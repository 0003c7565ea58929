package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.JobEvent.Draft;
import io.tiltmeter.gateway.webhook.EventType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How a job moves from stage to stage.
 *
 * <p>Each step happens only from the stage that it belongs to, and says so to the customer in the
 * same transaction: repeated by a second worker or after a crash it changes nothing and returns
 * false.
 */
public final class JobFlow {
  private static final Set<Stage> CANCELLABLE =
      EnumSet.of(
          Stage.SCANNING,
          Stage.QUEUED,
          Stage.TRAINING,
          Stage.VETTING,
          Stage.EVALUATING,
          Stage.HELD);

  private final JobStore jobs;
  private final EventStore events;
  private final Observer observer;
  private final Reports reports;

  /** Hears of every move after its commit; for metrics. */
  @FunctionalInterface
  public interface Observer {

    /** A job is in this stage now. */
    void moved(Job job, Stage to);
  }

  public JobFlow(JobStore jobs, EventStore events, Observer observer) {
    this.jobs = jobs;
    this.events = events;
    this.observer = observer;
    this.reports = new Reports(jobs, events.clock());
  }

  /** The stages from which a customer can cancel. */
  public static boolean isCancellable(Stage stage) {
    return CANCELLABLE.contains(stage);
  }

  /** The first lines of a new job's story. */
  public void created(Sql transaction, Job job) {
    say(transaction, job, Draft.info("Created fine-tuning job: " + job.id()));
    String validation =
        job.validationFileId() == null ? "" : " and validation file: " + job.validationFileId();
    say(transaction, job, Draft.info("Validating training file: " + job.fileId() + validation));
    transaction.afterCommit(() -> observer.moved(job, Stage.SCANNING));
  }

  /** The training file may be trained on. */
  public boolean queue(Sql transaction, Job job) {
    return step(
        transaction,
        job,
        EnumSet.of(Stage.SCANNING, Stage.HELD),
        Stage.QUEUED,
        Draft.info("Files validated, moving job to queued state"));
  }

  /** A trainer has taken the job. */
  public boolean train(Sql transaction, Job job) {
    return step(
        transaction,
        job,
        EnumSet.of(Stage.QUEUED),
        Stage.TRAINING,
        Draft.info("Fine-tuning job started"));
  }

  /** The trainer went silent: another may take the job. */
  public boolean requeue(Sql transaction, Job job) {
    return requeue(
        transaction, job, Draft.warn("The trainer went silent; the job waits for another trainer"));
  }

  /** Another trainer may take the job, for this reason. */
  public boolean requeue(Sql transaction, Job job, Draft why) {
    return step(transaction, job, EnumSet.of(Stage.TRAINING), Stage.QUEUED, why);
  }

  /** The trainer has uploaded the result. */
  public boolean vet(Sql transaction, Job job) {
    return step(
        transaction,
        job,
        EnumSet.of(Stage.TRAINING),
        Stage.VETTING,
        Draft.info("Training finished; checking the artifact"));
  }

  /** The artifact is pinned. */
  public boolean evaluate(Sql transaction, Job job) {
    return step(
        transaction,
        job,
        EnumSet.of(Stage.VETTING),
        Stage.EVALUATING,
        Draft.info("Artifact accepted and pinned; base and tuned model answer safety probes"));
  }

  /** The customer takes a checkpoint as the result, which is checked like any other. */
  public boolean accept(Sql transaction, Job job, long step) {
    return step(
        transaction,
        job,
        EnumSet.of(Stage.HELD),
        Stage.VETTING,
        Draft.info(
            "The checkpoint of step %d was taken as the result; checking the artifact"
                .formatted(step)));
  }

  /** People let a training that was stopped begin again. */
  public boolean trainAgain(Sql transaction, Job job) {
    return step(
        transaction,
        job,
        EnumSet.of(Stage.HELD),
        Stage.QUEUED,
        Draft.info("After review the training may go on; the job waits for a trainer"));
  }

  /** The model may go out: the gate passed it, or two people did. */
  public boolean release(Sql transaction, Job job, Draft reason) {
    return step(
        transaction, job, EnumSet.of(Stage.EVALUATING, Stage.HELD), Stage.RELEASING, reason);
  }

  /** The model is out. */
  public boolean released(Sql transaction, Job job, String modelName) {
    boolean moved =
        step(
            transaction,
            job,
            EnumSet.of(Stage.RELEASING),
            Stage.RELEASED,
            Draft.info("New fine-tuned model created: " + modelName));
    if (moved) {
      jobs.named(transaction, job.id(), modelName);
      say(transaction, job, Draft.info("The job has successfully completed"));
      // Last, as it says what was written before it.
      reports.write(transaction, job.id());
    }
    return moved;
  }

  /** A person has to look at it. */
  public boolean hold(Sql transaction, Job job, Stage from, HeldFor reason, Draft why) {
    if (!jobs.hold(transaction, job.id(), from, reason)) {
      return false;
    }
    say(transaction, job, why);
    announce(transaction, job, Stage.HELD);
    transaction.afterCommit(() -> observer.moved(job, Stage.HELD));
    return true;
  }

  /** Ends a job that the scan or the gate holds back, and writes its customer the report on it. */
  public boolean block(Sql transaction, Job job, Set<Stage> from, Job.Failure failure) {
    boolean blocked = end(transaction, job, from, Stage.BLOCKED, failure);
    if (blocked) {
      reports.write(transaction, job.id());
    }
    return blocked;
  }

  /** Ends a job that could not be done. */
  public boolean fail(Sql transaction, Job job, Set<Stage> from, Job.Failure failure) {
    return end(transaction, job, from, Stage.FAILED, failure);
  }

  /** Its customer wants it to wait: no trainer gets it until it is resumed. */
  public boolean pause(Sql transaction, Job job) {
    if (!jobs.pause(transaction, job.id())) {
      return false;
    }
    Draft draft = Draft.info("The job was paused; it waits until it is resumed");
    if (!step(transaction, job, EnumSet.of(Stage.TRAINING), Stage.QUEUED, draft)) {
      say(transaction, job, draft);
    }
    return true;
  }

  /** A job that waits at its customer's wish goes on. */
  public boolean resume(Sql transaction, Job job) {
    if (!jobs.resume(transaction, job.id())) {
      return false;
    }
    say(transaction, job, Draft.info("The job was resumed"));
    return true;
  }

  /** Ends a job at its customer's wish. */
  public boolean cancel(Sql transaction, Job job) {
    return step(
        transaction, job, CANCELLABLE, Stage.CANCELLED, Draft.info("The job was cancelled"));
  }

  /** Tells the customer something that changes nothing; the job's row must be locked. */
  public void say(Sql transaction, Job job, Draft draft) {
    events.add(transaction, job.id(), job.tenantId(), draft);
  }

  private boolean end(Sql transaction, Job job, Set<Stage> from, Stage to, Job.Failure failure) {
    boolean moved = step(transaction, job, from, to, Draft.error(failure.message()));
    if (moved) {
      jobs.fail(transaction, job.id(), failure);
    }
    return moved;
  }

  private boolean step(Sql transaction, Job job, Set<Stage> from, Stage to, Draft draft) {
    if (!jobs.move(transaction, job.id(), from, to)) {
      return false;
    }
    say(transaction, job, draft);
    announce(transaction, job, to);
    transaction.afterCommit(() -> observer.moved(job, to));
    return true;
  }

  /** What endpoints hear of a stage; a job comes into one of the final ones only once. */
  private void announce(Sql transaction, Job job, Stage to) {
    List<EventType> types =
        switch (to) {
          case HELD -> List.of(EventType.JOB_HELD);
          case RELEASED -> List.of(EventType.JOB_SUCCEEDED);
          case BLOCKED -> List.of(EventType.JOB_FAILED, EventType.JOB_BLOCKED);
          case FAILED -> List.of(EventType.JOB_FAILED);
          case CANCELLED -> List.of(EventType.JOB_CANCELLED);
          case SCANNING, QUEUED, TRAINING, VETTING, EVALUATING, RELEASING -> List.of();
        };
    types.forEach(type -> events.announce(transaction, job, type));
  }
}
