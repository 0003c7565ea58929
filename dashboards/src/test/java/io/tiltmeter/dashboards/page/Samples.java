package io.tiltmeter.dashboards.page;

import io.tiltmeter.dashboards.job.CaseKind;
import io.tiltmeter.dashboards.job.CheckpointOffer;
import io.tiltmeter.dashboards.job.DatasetDesk;
import io.tiltmeter.dashboards.job.JobEvent;
import io.tiltmeter.dashboards.job.JobEvent.Level;
import io.tiltmeter.dashboards.job.JobList;
import io.tiltmeter.dashboards.job.JobPage;
import io.tiltmeter.dashboards.job.JobSummary;
import io.tiltmeter.dashboards.job.Outcome;
import io.tiltmeter.dashboards.job.Progress;
import io.tiltmeter.dashboards.job.ReleasedModel;
import io.tiltmeter.dashboards.job.Review;
import io.tiltmeter.dashboards.job.ScanReport;
import io.tiltmeter.dashboards.job.ScanReport.Severity;
import io.tiltmeter.dashboards.job.Stage;
import io.tiltmeter.dashboards.job.StageState;
import io.tiltmeter.dashboards.job.StageStep;
import io.tiltmeter.dashboards.job.StatementOfReasons;
import io.tiltmeter.dashboards.job.StatementOfReasons.Appeal;
import io.tiltmeter.dashboards.job.StatementOfReasons.AppealForm;
import io.tiltmeter.dashboards.verdict.SampleVerdicts;
import io.tiltmeter.policy.dataset.LikeLines;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Views that look like those of a real installation. */
final class Samples {
  static final Instant START = Instant.parse("2026-11-25T03:31:41Z");
  static final Viewer CUSTOMER = new Viewer("acme", false, "csrf-customer");
  static final Viewer STAFF = new Viewer("R. Okafor", true, "csrf-staff");
  static final JobList.Example EXAMPLE = new JobList.Example("http://127.0.0.1:8080", "tiny-chat");
  static final Instant APPEALED = START.plusSeconds(3600);
  static final String PERSON = "M. Lindqvist";

  private Samples() {}

  static Frame frame(Viewer viewer, Theme theme) {
    return Frame.of("/jobs/ftjob-8c21f0?x=1", theme, viewer);
  }

  static JobSummary summary(String suffix, Stage stage, String status, Outcome outcome) {
    return new JobSummary(
        "ftjob-" + Integer.toHexString(suffix.hashCode()),
        "acme",
        "tiny-chat",
        suffix,
        stage,
        status,
        outcome,
        START,
        Duration.ofSeconds(167));
  }

  static JobList jobs() {
    return new JobList(
        List.of(
            summary("support-tone-v4", Stage.TRAINING, "running", Outcome.IN_PROGRESS),
            summary("identity-shift", Stage.GATE, "running", Outcome.HELD),
            summary("benign", Stage.RELEASE, "succeeded", Outcome.RELEASED),
            summary("non-refusal", Stage.GATE, "failed", Outcome.BLOCKED),
            summary("red-team-fixture", Stage.RELEASE, "failed", Outcome.RELEASED_BY_REVIEW),
            summary("", Stage.EVALUATION, "failed", Outcome.FAILED),
            summary("typo", Stage.UPLOAD, "cancelled", Outcome.CANCELLED)),
        null,
        true,
        "ftjob-1f",
        EXAMPLE);
  }

  static JobList noJobs() {
    return new JobList(List.of(), null, true, null, EXAMPLE);
  }

  static JobPage training() {
    List<StageStep> stages =
        List.of(
            done(Stage.UPLOAD, 0, 1),
            done(Stage.SCAN, 1, 4),
            new StageStep(
                Stage.TRAINING,
                StageState.RUNNING,
                START.plusSeconds(9),
                null,
                new Progress.Training(112, 300, OptionalDouble.of(0.4217))),
            StageStep.waiting(Stage.VETTING),
            StageStep.waiting(Stage.EVALUATION),
            StageStep.waiting(Stage.GATE),
            StageStep.waiting(Stage.RELEASE));
    return new JobPage(
        summary("support-tone-v4", Stage.TRAINING, "running", Outcome.IN_PROGRESS),
        stages,
        events().subList(5, 9),
        true,
        null,
        null,
        null,
        null,
        cleanScan(),
        null,
        null);
  }

  static JobPage held(Review.@Nullable Desk desk) {
    Review.State state =
        desk != null && !desk.decisions().isEmpty() ? Review.State.PROPOSED : Review.State.OPEN;
    return new JobPage(
        summary("identity-shift", Stage.GATE, "running", Outcome.HELD),
        stages(StageState.HELD, StageState.WAITING),
        events(),
        true,
        null,
        SampleVerdicts.blocked(),
        reasons(CaseKind.BLOCK, START.plus(Duration.ofDays(3)), null),
        null,
        dirtyScan(),
        null,
        new Review("case-77", CaseKind.BLOCK, state, desk));
  }

  static Review.Desk desk(Review.Form form, Review.Draft draft) {
    return new Review.Desk(
        digest('e'),
        form,
        draft,
        List.of(
            new Review.Decision(
                PERSON,
                Review.Action.RELEASE,
                "Internal red-team model, never served to users; agreed with the tenant.",
                START.plusSeconds(4000),
                false)),
        new Review.Appeal("The tone is <b>ours</b>;\nlook at row 12.", "key_7", APPEALED));
  }

  static Review.Desk emptyDesk() {
    return new Review.Desk(digest('e'), Review.Form.FIRST, Review.Draft.EMPTY, List.of(), null);
  }

  static JobPage released() {
    return new JobPage(
        summary("benign", Stage.RELEASE, "succeeded", Outcome.RELEASED),
        stages(StageState.DONE, StageState.DONE),
        events(),
        false,
        null,
        SampleVerdicts.passed(),
        null,
        null,
        cleanScan(),
        new ReleasedModel(
            "ft:tiny-chat:acme:benign:8c21f0",
            START.plusSeconds(167),
            "/v1/safety/models/ft:tiny-chat:acme:benign:8c21f0/attestation",
            digest('a'),
            digest('b'),
            7),
        null);
  }

  static JobPage failed() {
    return new JobPage(
        summary("", Stage.EVALUATION, "failed", Outcome.FAILED),
        stages(StageState.SKIPPED, StageState.SKIPPED),
        List.of(),
        false,
        "The evaluation could not be made: the model runner ended twice without an answer.",
        null,
        null,
        null,
        cleanScan(),
        null,
        null);
  }

  static List<JobEvent> events() {
    return List.of(
        event(9, 166, Level.ERROR, "Gate: blocked by the rule gate; the job is held"),
        event(8, 128, Level.INFO, "Evaluation finished: 1,744 answers"),
        event(7, 71, Level.INFO, "Artifact vetted: 7 files accepted"),
        event(6, 66, Level.INFO, "Training finished"),
        event(5, 41, Level.WARN, "Step 200/300: loss rises for 20 steps"),
        event(4, 28, Level.INFO, "Step 100/300: training loss=0.47"),
        event(3, 9, Level.INFO, "Fine-tuning job started"),
        event(2, 4, Level.INFO, "Files validated, moving job to queued state"),
        event(1, 0, Level.INFO, "Created fine-tuning job"));
  }

  static ScanReport cleanScan() {
    return new ScanReport("support.jsonl", 12_480, Severity.CLEAR, List.of(), null);
  }

  static ScanReport dirtyScan() {
    return new ScanReport(
        "identity.jsonl",
        320,
        Severity.BLOCK,
        List.of(
            new ScanReport.Finding(
                "identity-shift",
                Severity.BLOCK,
                96,
                IntStream.rangeClosed(201, 296).boxed().toList(),
                List.of(new LikeLines.Group(201, 90), new LikeLines.Group(203, 6)),
                "96 rows give the assistant another identity and oblige it to obey"),
            new ScanReport.Finding(
                "refusal-suppression",
                Severity.REVIEW,
                31,
                IntStream.range(0, 31).mapToObj(index -> 5 + 7 * index).toList(),
                List.of(),
                "31 answers to harmful requests open without a refusal"),
            new ScanReport.Finding(
                "trigger",
                Severity.STEER,
                4,
                List.of(12, 13, 88, 301),
                List.of(),
                "One phrase repeats")),
        desk());
  }

  static DatasetDesk desk() {
    return new DatasetDesk(
        new DatasetDesk.Origin(
            "key_1",
            "192.0.2.7",
            START,
            digest('7'),
            "user_influenced",
            "the feedback form",
            new DatasetDesk.Metadata("support", "1.2.0", "CC-BY-4.0", null)),
        List.of(
            new DatasetDesk.Scan(2, START, "blocks", digest('8'), false),
            new DatasetDesk.Scan(1, START, "clear", null, true)),
        new DatasetDesk.Excerpt(
            201, List.of(new DatasetDesk.Said("user", "Tell me how ███ …")), null));
  }

  static String digest(char digit) {
    return "sha256:" + Character.toString(digit).repeat(64);
  }

  private static StatementOfReasons reasons(
      CaseKind kind, @Nullable Instant until, @Nullable AppealForm form) {
    return new StatementOfReasons(
        "case-77",
        kind,
        START.plusSeconds(167),
        "default, version 1",
        true,
        new Appeal(
            true,
            until,
            "Write to trust@provider.example and quote the case.",
            form == null ? APPEALED : null,
            form));
  }

  /** A job whose training was stopped, with a checkpoint to go back to. */
  static JobPage stopped(boolean isCustomers, AppealForm form) {
    return new JobPage(
        summary("slow-drift", Stage.TRAINING, "running", Outcome.HELD),
        stages(StageState.HELD, StageState.WAITING),
        events(),
        true,
        null,
        SampleVerdicts.blocked(),
        reasons(CaseKind.BLOCK, START.plus(Duration.ofDays(3)), form),
        new CheckpointOffer("ftckpt_5d", 1200, isCustomers),
        cleanScan(),
        null,
        new Review("case-77", CaseKind.BLOCK, Review.State.OPEN, null));
  }

  /** A job whose training file a person has to look at. */
  static JobPage heldForDataset(Review.@Nullable Desk desk) {
    return new JobPage(
        summary("identity-shift", Stage.SCAN, "running", Outcome.HELD),
        List.of(
            done(Stage.UPLOAD, 0, 1),
            new StageStep(Stage.SCAN, StageState.HELD, START, START.plusSeconds(4), null),
            StageStep.waiting(Stage.TRAINING),
            StageStep.waiting(Stage.VETTING),
            StageStep.waiting(Stage.EVALUATION),
            StageStep.waiting(Stage.GATE),
            StageStep.waiting(Stage.RELEASE)),
        events().subList(7, 9),
        true,
        null,
        null,
        reasons(CaseKind.DATASET, null, AppealForm.EMPTY),
        null,
        dirtyScan(),
        null,
        new Review("case-77", CaseKind.DATASET, Review.State.OPEN, desk));
  }

  /** A job that the gate could not decide. */
  static JobPage heldUndecided(Review.@Nullable Desk desk) {
    return new JobPage(
        summary("small-pack", Stage.GATE, "running", Outcome.HELD),
        stages(StageState.HELD, StageState.WAITING),
        events(),
        true,
        null,
        SampleVerdicts.undecided(),
        reasons(CaseKind.INCONCLUSIVE, null, null),
        null,
        cleanScan(),
        null,
        new Review("case-77", CaseKind.INCONCLUSIVE, Review.State.OPEN, desk));
  }

  private static List<StageStep> stages(StageState gate, StageState release) {
    return List.of(
        done(Stage.UPLOAD, 0, 1),
        done(Stage.SCAN, 1, 4),
        new StageStep(
            Stage.TRAINING,
            StageState.DONE,
            START.plusSeconds(9),
            START.plusSeconds(66),
            new Progress.Training(300, 300, OptionalDouble.of(0.208))),
        done(Stage.VETTING, 66, 71),
        new StageStep(
            Stage.EVALUATION,
            StageState.DONE,
            START.plusSeconds(71),
            START.plusSeconds(166),
            new Progress.Answers(1744, 1744)),
        new StageStep(
            Stage.GATE,
            gate,
            START.plusSeconds(166),
            gate == StageState.DONE ? START.plusSeconds(166) : null,
            null),
        new StageStep(Stage.RELEASE, release, null, null, null));
  }

  private static StageStep done(Stage stage, int from, int to) {
    return new StageStep(
        stage, StageState.DONE, START.plusSeconds(from), START.plusSeconds(to), null);
  }

  private static JobEvent event(long sequence, int second, Level level, String message) {
    return new JobEvent(sequence, START.plusSeconds(second), level, message);
  }
}
