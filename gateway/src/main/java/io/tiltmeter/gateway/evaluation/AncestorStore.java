package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.Job;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The models that a job's result descends from, and their evaluations; also of deleted ones. */
final class AncestorStore {
  private final EvaluationStore evaluations;

  AncestorStore(EvaluationStore evaluations) {
    this.evaluations = evaluations;
  }

  /** Why an ancestor's answers cannot be compared with a descendant's. */
  enum Gap {
    ENDED_EARLY("the run ended early", "the run ended early"),
    NO_ANSWERS("the parent's answers are not there", "its answers are not there"),
    OTHER_PACK("the parent answered another pack", "it answered another pack"),
    OTHER_SETTING("the parent answered in another setting", "it answered in another setting");

    private final String ofParent;
    private final String ofAncestor;

    Gap(String ofParent, String ofAncestor) {
      this.ofParent = ofParent;
      this.ofAncestor = ofAncestor;
    }

    /** What is said of the step from the parent. */
    String ofParent() {
      return ofParent;
    }

    /** What is said beside the ancestor's name. */
    String ofAncestor() {
      return ofAncestor;
    }
  }

  /**
   * One ancestor.
   *
   * @param evaluation null where there is a gap
   * @param gap null where its answers can be compared
   */
  record Earlier(String model, @Nullable StoredEvaluation evaluation, @Nullable Gap gap) {

    /** The evaluation of one without a gap. */
    StoredEvaluation comparable() {
      return Objects.requireNonNull(evaluation, "an ancestor with a gap has no evaluation");
    }
  }

  /** The ancestors, the parent first; the root, which has no evaluation, is none of them. */
  List<Earlier> of(Sql sql, Job job, StoredEvaluation own) {
    return names(sql, job).stream().map(model -> earlier(sql, own, model)).toList();
  }

  private static List<String> names(Sql sql, Job job) {
    return sql.list(
        row -> row.getString("name"),
        """
        with recursive ancestor as (
          select 1 as generation, released_model.name, released_model.job_id
          from job join released_model on released_model.name = job.parent_model
          where job.id = $1 and job.tenant_id = $2 and released_model.tenant_id = $2
          union all
          select generation + 1, released_model.name, released_model.job_id
          from ancestor
            join job on job.id = ancestor.job_id
            join released_model on released_model.name = job.parent_model
          where job.tenant_id = $2 and released_model.tenant_id = $2
        )
        select name from ancestor order by generation
        """,
        job.id(),
        job.tenantId());
  }

  private Earlier earlier(Sql sql, StoredEvaluation own, String model) {
    return evaluations
        .ofModel(sql, own, model)
        .map(found -> earlier(own, model, found))
        .orElseGet(() -> new Earlier(model, null, Gap.NO_ANSWERS));
  }

  /** Answers from different settings are never compared, nor those from one that is not known. */
  private static Earlier earlier(StoredEvaluation own, String model, StoredEvaluation found) {
    if (!found.packDigest().equals(own.packDigest())) {
      return new Earlier(model, null, Gap.OTHER_PACK);
    }
    boolean alike =
        own.setting() != null
            && own.setting().equals(found.setting())
            && own.maxTokens() == found.maxTokens();
    return alike ? new Earlier(model, found, null) : new Earlier(model, null, Gap.OTHER_SETTING);
  }
}
