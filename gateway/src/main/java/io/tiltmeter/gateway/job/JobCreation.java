package io.tiltmeter.gateway.job;

import io.tiltmeter.evaluator.grader.Grading;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.file.ResultFile;
import io.tiltmeter.gateway.file.ResultFileStore;
import io.tiltmeter.gateway.file.TrainingFile;
import io.tiltmeter.gateway.grader.GraderHandler;
import io.tiltmeter.gateway.grader.GraderReader;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.idempotency.Repeatable;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.limit.Quotas;
import io.tiltmeter.gateway.lineage.Ledger;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.gateway.model.Parent;
import io.tiltmeter.gateway.model.ReleasedModelStore;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;

/** Makes jobs, each request one, however often it is sent. */
public final class JobCreation {
  /** How long a repeated request without an idempotency key is known again. */
  private static final Duration REPEAT_WINDOW = Duration.ofSeconds(60);

  private static final int SEEDS = Integer.MAX_VALUE;

  private final Parts parts;
  private final Clock clock;
  private final RandomGenerator random;
  private final ResultFileStore results;

  /** What a job is made of. */
  public record Parts(
      JobStore jobs,
      JobFlow flow,
      FileStore files,
      BaseModelStore bases,
      ReleasedModelStore models,
      TenantPolicies policies,
      ScanOutcomes outcomes,
      WorkStore work,
      Ledger ledger,
      Quotas quotas,
      TrainerMethodStore trainers,
      Grading grading) {}

  /**
   * @param random chooses the seeds of jobs whose customers choose none
   */
  public JobCreation(Parts parts, Clock clock, RandomGenerator random) {
    this.parts = parts;
    this.clock = clock;
    this.random = random;
    this.results = new ResultFileStore(clock);
  }

  /**
   * Makes a job, or finds the one that the same request without a key made in the last minute.
   *
   * @param known with a key, the request is sure to be the first of it
   * @throws RequestException with status 400 if it cannot be made, 403 if the tenant may have no
   *     more
   */
  Job create(Sql sql, Caller.Tenant caller, JobRequest request, Repeatable known) {
    Optional<String> earlier =
        known.key() == null ? earlier(sql, caller.tenantId(), known.digest()) : Optional.empty();
    return earlier.isPresent()
        ? read(sql, caller.tenantId(), earlier.get())
        : createNew(sql, caller, request, known);
  }

  /** A retry can arrive while the first try is still at work; it waits until that has ended. */
  private Optional<String> earlier(Sql sql, UUID tenantId, Digest request) {
    sql.run(
        "select pg_advisory_xact_lock(hashtextextended($1, 1))",
        "%s %s".formatted(tenantId, request));
    return parts.jobs().byRequest(sql, tenantId, request, clock.instant().minus(REPEAT_WINDOW));
  }

  private Job createNew(Sql sql, Caller.Tenant caller, JobRequest request, Repeatable known) {
    requireUsable(request.training());
    requireTrainer(sql, request.training());
    requireIntegrations(sql, request.training());
    Optional<Parent> parent = parent(sql, caller.tenantId(), request.model());
    requireBudget(sql, caller.tenantId());
    parts.quotas().requireJob(sql, caller.tenantId());
    TrainingFile file = file(sql, caller.tenantId(), "training_file", request.trainingFile());
    if (request.validationFile() != null) {
      file(sql, caller.tenantId(), "validation_file", request.validationFile());
    }
    String id = NewId.of("ftjob-");
    String base = parent.map(Parent::root).orElse(request.model());
    parts.jobs().insert(sql, newJob(id, base, sql, caller, request, known));
    parent.ifPresent(from -> descend(sql, id, from));
    Job job = read(sql, caller.tenantId(), id);
    parts.flow().created(sql, job);
    if (job.training().grader() != null) {
      parts.work().request(sql, WorkKind.GRADER, id);
    }
    if (file.state() != TrainingFile.State.QUARANTINED) {
      parts.outcomes().apply(sql, job);
    }
    return read(sql, caller.tenantId(), id);
  }

  private void requireUsable(Training training) {
    JsonNode grader = training.grader();
    if (grader != null) {
      GraderHandler.usable(
          GraderReader.read(grader), parts.grading(), "method.reinforcement.grader");
    }
  }

  /** A supervised job may wait for the first trainer: every trainer can do those. */
  private void requireTrainer(Sql sql, Training training) {
    TrainingMethod method = training.method();
    if (method != TrainingMethod.SUPERVISED
        && !parts.trainers().areThereFor(sql, method, List.of())) {
      throw RequestException.invalid(
          "unsupported_method",
          "method.type",
          "No trainer here trains by the method \"%s\"; \"supervised\" is always there."
              .formatted(method.wireName()));
    }
  }

  /** Nobody else reports to them: without such a trainer the job would wait for good. */
  private void requireIntegrations(Sql sql, Training training) {
    List<String> types = training.integrationTypes();
    if (!types.isEmpty() && !parts.trainers().areThereFor(sql, training.method(), types)) {
      throw RequestException.invalid(
          "unsupported_integration",
          "integrations",
          "No trainer here that trains by the method \"%s\" reports to \"%s\"; leave 'integrations' out."
              .formatted(training.method().wireName(), String.join("\", \"", types)));
    }
  }

  private void requireBudget(Sql sql, UUID tenantId) {
    Ledger.Account account = parts.ledger().account(sql, tenantId);
    if (!account.hasRoom()) {
      throw RequestException.invalid(
          "lineage_budget_spent",
          null,
          "The safety budget of this organisation is spent: its released models may have lost %.2f in sum, and %.2f are allowed. It recovers with time; ask whoever runs this service for more."
              .formatted(account.spent(), account.budget()));
    }
  }

  /** The released model that is to be tuned further; none where the model is a base. */
  private Optional<Parent> parent(Sql sql, UUID tenantId, String model) {
    if (parts.bases().find(sql, model).isPresent()) {
      return Optional.empty();
    }
    Parent parent =
        parts
            .models()
            .findParent(sql, tenantId, model)
            .orElseThrow(
                () ->
                    RequestException.invalid(
                        "model_not_found",
                        "model",
                        "The model '%s' does not exist or cannot be fine-tuned.".formatted(model)));
    if (!parent.passed()) {
      throw RequestException.invalid(
          "parent_not_passed",
          "model",
          "The model '%s' was released by people, against the safety gate, and cannot be fine-tuned further; name the base '%s', or a model that passed the gate."
              .formatted(model, parent.root()));
    }
    return Optional.of(parent);
  }

  /** A trainer can have the job once the parent's weights lie there whole. */
  private void descend(Sql sql, String id, Parent parent) {
    parts.jobs().descend(sql, id, parent.name(), parent.whole());
    if (parent.whole() == null) {
      parts.work().request(sql, WorkKind.MERGE, id);
    }
  }

  private TrainingFile file(Sql sql, UUID tenantId, String param, String id) {
    return parts
        .files()
        .findAndKeep(sql, tenantId, id)
        .orElseThrow(() -> noTrainingFile(sql, tenantId, param, id));
  }

  private RequestException noTrainingFile(Sql sql, UUID tenantId, String param, String id) {
    return results.text(sql, tenantId, id).isPresent()
        ? RequestException.invalid(
            "invalid_file_purpose",
            param,
            "The file '%s' has the purpose '%s'; expected a file of purpose 'fine-tune'."
                .formatted(id, ResultFile.PURPOSE))
        : RequestException.invalid(
            "file_not_found", param, "The file '%s' does not exist.".formatted(id));
  }

  private JobStore.NewJob newJob(
      String id, String base, Sql sql, Caller.Tenant caller, JobRequest request, Repeatable known) {
    long seed = request.seed() == null ? random.nextInt(SEEDS) : request.seed();
    return new JobStore.NewJob(
        id,
        caller.tenantId(),
        base,
        request.trainingFile(),
        caller.keyId(),
        new JobStore.NewJob.Terms(
            request.validationFile(),
            request.suffix(),
            seed,
            request.training(),
            request.metadata()),
        parts.policies().digestFor(sql, caller.tenantId(), request.model()),
        known.key(),
        known.digest());
  }

  private Job read(Sql sql, UUID tenantId, String id) {
    return parts.jobs().find(sql, tenantId, id).orElseThrow();
  }
}
