package io.tiltmeter.dashboards.page;

import io.tiltmeter.dashboards.reference.ApiReference;
import io.tiltmeter.dashboards.reference.ApiReference.Answer;
import io.tiltmeter.dashboards.reference.ApiReference.Group;
import io.tiltmeter.dashboards.reference.ApiReference.Member;
import io.tiltmeter.dashboards.reference.ApiReference.Operation;
import io.tiltmeter.dashboards.reference.ApiReference.Schema;
import io.tiltmeter.dashboards.reference.ApiReference.TypeWords;
import java.util.List;

/** A description of an API with code in each of its texts. */
final class SampleReference {
  private static final TypeWords TEXT = new TypeWords("string", List.of());

  private SampleReference() {}

  static ApiReference api() {
    Operation operation =
        new Operation(
            "pauseJob",
            "POST",
            "/v1/jobs/{job}/pause",
            "Pause a job",
            "Its status is `queued` with `safety.paused` true.",
            List.of(new Member("job (path)", TEXT, true, "Such as `ftjob-…`.")),
            List.of(new Member("note", TEXT, false, "`{{item.NAME}}` and `<b>` are text.")),
            new Answer("The `job`.", new TypeWords("", List.of("Job"))));
    return new ApiReference(
        "Sample API",
        "Lists end with `has_more` false.",
        List.of(
            new Group("Jobs", "Trainings; `metadata` keeps what you like.", List.of(operation))),
        List.of(
            new Schema(
                "Job",
                "An object of type `job`.",
                List.of(new Member("id", TEXT, true, "One backtick (`) alone is text.")))));
  }
}
